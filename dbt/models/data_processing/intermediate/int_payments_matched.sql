-- Late data: landing lists every day whose rows may change; those days are deleted and inserted.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_days('payments', 'paid_on')) }}"
    )
}}

with changed as (
    select distinct customer_id
    from {{ ref('stg_landing__payments') }}
    where {{ changed_days('payments', 'business_date') }}
),

-- Earlier payments of the same customers tell which payment of a bill was the first.
payments as (
    select *
    from {{ ref('stg_landing__payments') }}
    where {{ changed_since('payments', 'business_date', var('bill_match_days')) }}
    {% if is_incremental() %}
        and customer_id in (select changed.customer_id from changed)
    {% endif %}
),

bills as (
    select bill_id, customer_id, issued_on, due_on
    from {{ ref('stg_landing__bills') }}
    where {{ changed_since('payments', 'business_date', 2 * var('bill_match_days')) }}
),

latest_bills as (
    select payments.payment_id, bills.bill_id
    from payments
    inner join bills
        on payments.customer_id = bills.customer_id
        and bills.issued_on between payments.paid_on - {{ var('bill_match_days') }} and payments.paid_on
    where payments.bill_id is null
    qualify row_number() over (
        partition by payments.payment_id order by bills.issued_on desc, bills.bill_id desc
    ) = 1
),

billed as (
    select
        payments.*,
        coalesce(payments.bill_id, latest_bills.bill_id) as settled_bill_id
    from payments
    left join latest_bills on payments.payment_id = latest_bills.payment_id
),

matched as (
    select
        billed.*,
        bills.issued_on,
        bills.due_on,
        {{ dbt.datediff('bills.issued_on', 'billed.paid_on', 'day') }} as days_from_bill
    from billed
    left join bills
        on billed.settled_bill_id = bills.bill_id
        and bills.issued_on >= billed.paid_on - {{ var('bill_match_days') }}
),

ranked as (
    select
        *,
        lag(paid_on) over (
            partition by settled_bill_id, payment_status order by paid_on, payment_id
        ) as earlier_paid_on
    from matched
),

attributed as (
    select
        ranked.*,
        customers.customer_id is not null as is_known_customer,
        coalesce(customers.region_code, 'unknown') as region_code,
        coalesce(customers.customer_type, 'unknown') as customer_type,
        coalesce(customers.is_prepaid, false) as is_prepaid
    from ranked
    left join {{ ref('int_customers_versioned') }} as customers
        on ranked.customer_id = customers.customer_id
        and ranked.paid_on >= customers.valid_from
        and ranked.paid_on < customers.valid_to
    where {{ changed_days('payments', 'ranked.paid_on') }}
)

select
    payment_id,
    customer_id,
    paid_on,
    paid_at,
    channel_code,
    settlement_means,
    payment_status,
    amount_yuan,
    amount_yuan = 0 as is_zero_amount,
    settled_bill_id as bill_id,
    issued_on,
    due_on,
    days_from_bill,
    paid_on <= due_on as is_on_time,
    issued_on is not null
    and payment_status = 'success'
    and coalesce(earlier_paid_on < paid_on - {{ var('bill_match_days') }}, true) as is_first_for_bill,
    is_known_customer,
    region_code,
    customer_type,
    is_prepaid,
    delivery_id,
    source_line
from attributed

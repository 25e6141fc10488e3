-- Late data: landing lists every day whose rows may change; those days are deleted and inserted.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_days('payments', 'paid_on')) }}"
    )
}}

{% set bill_days = 2 * (var('bill_match_days') | int) %}

with changed as (
    select distinct customer_id
    from {{ ref('stg_landing__payments') }}
    where {{ changed_days('payments', 'business_date') }}
),

-- Earlier payments of the same customers tell which payment of a bill was the first. Narrow, and
-- apart from the rows themselves: an engine that keeps shared CTEs would keep the whole history.
history as (
    select
        payment_id,
        customer_id,
        paid_on,
        payment_status,
        bill_id
    from {{ ref('stg_landing__payments') }}
    where {{ changed_since('payments', 'business_date', var('bill_match_days')) }}
        {% if is_incremental() %}
            and customer_id in (select changed.customer_id from changed)
        {% endif %}
),

bills as (
    select
        bill_id,
        customer_id,
        issued_on,
        due_on
    from {{ ref('stg_landing__bills') }}
    where {{ changed_since('payments', 'business_date', bill_days) }}
),

latest_bills as (
    select
        history.payment_id,
        history.paid_on,
        history.payment_status,
        bills.bill_id
    from history
    inner join bills
        on history.customer_id = bills.customer_id
        and history.paid_on >= bills.issued_on
        and history.paid_on - {{ var('bill_match_days') }} <= bills.issued_on
    where history.bill_id is null
    qualify
        row_number() over (
            partition by history.payment_id, history.paid_on
            order by bills.issued_on desc nulls last, bills.bill_id desc nulls last
        ) = 1
),

settling as (
    select
        payment_id,
        paid_on,
        bill_id
    from history
    where bill_id is not null and payment_status = 'success'
    union all
    select
        payment_id,
        paid_on,
        bill_id
    from latest_bills
    where payment_status = 'success'
),

split_bills as (
    select bill_id
    from settling
    group by bill_id
    having count(*) > 1
),

later_parts as (
    select
        payment_id,
        paid_on
    from settling
    where bill_id in (select split_bills.bill_id from split_bills)
    qualify
        lag(paid_on) over (
            partition by bill_id
            order by paid_on nulls last, payment_id nulls last
        ) >= paid_on - {{ var('bill_match_days') }}
),

billed as (
    select
        payments.*,
        later_parts.payment_id is not null as is_later_part,
        coalesce(payments.bill_id, latest_bills.bill_id) as settled_bill_id
    from {{ ref('stg_landing__payments') }} as payments
    left join latest_bills
        on payments.payment_id = latest_bills.payment_id
        and payments.paid_on = latest_bills.paid_on
    left join later_parts
        on payments.payment_id = later_parts.payment_id
        and payments.paid_on = later_parts.paid_on
    where {{ changed_days('payments', 'payments.business_date') }}
)

select
    billed.payment_id,
    billed.customer_id,
    billed.paid_on,
    billed.paid_at,
    billed.channel_code,
    billed.settlement_means,
    billed.payment_status,
    billed.amount_yuan,
    billed.amount_yuan = 0 as is_zero_amount,
    billed.settled_bill_id as bill_id,
    bills.issued_on,
    bills.due_on,
    cast({{ dbt.datediff('bills.issued_on', 'billed.paid_on', 'day') }} as int)
        as days_from_bill,
    billed.paid_on <= bills.due_on as is_on_time,
    bills.bill_id is not null
    and billed.payment_status = 'success'
    and not billed.is_later_part as is_first_for_bill,
    customers.customer_id is not null as is_known_customer,
    coalesce(customers.region_code, 'unknown') as region_code,
    coalesce(customers.customer_type, 'unknown') as customer_type,
    coalesce(customers.is_prepaid, false) as is_prepaid
from billed
left join bills
    on billed.settled_bill_id = bills.bill_id
    and bills.issued_on >= billed.paid_on - {{ var('bill_match_days') }}
left join {{ ref('int_customers_versioned') }} as customers
    on billed.customer_id = customers.customer_id
    and billed.paid_on >= customers.valid_from
    and billed.paid_on < customers.valid_to

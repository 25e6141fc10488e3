-- Late data: the moves of every changed customer are found anew.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed_customers() }}"
    )
}}

-- Who has used one channel only, or none twice, cannot have moved.
with candidates as (
    select customer_id
    from {{ ref('customer_channel_state') }}
    group by customer_id
    having count(*) >= 2 and max(payments) >= 2
),

-- A bill paid in parts is one decision for a channel: its first part.
bills as (
    select
        fact.customer_id,
        fact.channel_code,
        fact.paid_on,
        fact.paid_at,
        fact.payment_id
    from {{ ref('int_payments_matched') }} as fact
    inner join candidates on fact.customer_id = candidates.customer_id
    where
        fact.payment_status = 'success'
        and fact.amount_yuan > 0
        and (fact.bill_id is null or fact.is_first_for_bill)
        {% if is_incremental() %}
            and {{ is_changed_customer('fact.customer_id') }}
        {% endif %}
),

followed as (
    select
        customer_id,
        channel_code,
        paid_on,
        row_number() over customer_bills as bill_number,
        lag(channel_code) over customer_bills as previous_channel_code,
        lead(paid_on) over customer_bills as next_paid_on
    from bills
    window customer_bills as (
        partition by customer_id
        order by paid_on nulls last, paid_at nulls first, payment_id nulls last
    )
),

last_bills as (
    select
        customer_id,
        max(bill_number) as last_number
    from followed
    group by customer_id
),

runs as (
    select
        followed.*,
        last_bills.last_number,
        lead(followed.bill_number) over customer_runs as left_number,
        lead(followed.channel_code) over customer_runs as relapsed_to_channel_code,
        lead(followed.paid_on) over customer_runs as relapsed_on
    from followed
    inner join last_bills on followed.customer_id = last_bills.customer_id
    where
        followed.previous_channel_code is null
        or followed.channel_code <> followed.previous_channel_code
    window customer_runs as (
        partition by followed.customer_id order by followed.bill_number nulls last
    )
),

-- The origin is the channel last used twice in a row; before any, the one just before.
settled as (
    select
        *,
        coalesce(left_number, last_number + 1) - bill_number as bills_there,
        coalesce(
            lag(channel_code) over (
                partition by customer_id order by bill_number nulls last
            ),
            previous_channel_code
        ) as from_channel_code
    from runs
    where coalesce(left_number, last_number + 1) - bill_number >= 2
)

select
    customer_id,
    cast(bill_number as bigint) as first_bill_number,
    from_channel_code,
    channel_code as to_channel_code,
    paid_on as moved_on,
    next_paid_on as confirmed_on,
    cast(bills_there as int) as bills_there,
    cast(last_number - bill_number + 1 as int) as bills_since,
    relapsed_on,
    relapsed_to_channel_code
from settled
where from_channel_code <> channel_code

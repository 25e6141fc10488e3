-- Payments and amounts of every channel and changed month are those of the payments themselves.
{{ config(meta={'dagster': {'ref': {'name': 'channel_months'}}}) }}

with fact as (
    select
        channel_code,
        {{ month_of('paid_on') }} as paid_month,
        payment_status,
        amount_yuan
    from {{ ref('int_payments_matched') }}
    where {{ tested_since('payments', 'paid_on') }}
),

months as (
    select * from {{ ref('channel_months') }}
    where {{ tested_months('payments', 'paid_month') }}
),

wanted as (
    select
        channel_code,
        paid_month,
        count(*) as attempts,
        count(*) filter (where payment_status = 'success') as payments,
        coalesce(sum(amount_yuan) filter (where payment_status = 'success'), 0)
            as amount_yuan
    from fact
    where {{ tested_months('payments', 'paid_month') }}
    group by channel_code, paid_month
),

found as (
    select
        channel_code,
        paid_month,
        sum(attempts) as attempts,
        sum(payments) as payments,
        sum(amount_yuan) as amount_yuan
    from months
    group by channel_code, paid_month
)

select
    wanted.payments as wanted_payments,
    found.payments as found_payments,
    wanted.amount_yuan as wanted_amount_yuan,
    found.amount_yuan as found_amount_yuan
from wanted
full outer join found
    on wanted.channel_code = found.channel_code
    and wanted.paid_month = found.paid_month
where
    wanted.attempts is distinct from found.attempts
    or wanted.payments is distinct from found.payments
    or wanted.amount_yuan is distinct from found.amount_yuan

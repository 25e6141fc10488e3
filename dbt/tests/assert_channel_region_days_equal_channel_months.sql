-- The days of every channel, region and changed month add up to the month.
{{ config(meta={'dagster': {'ref': {'name': 'channel_region_days'}}}) }}

with days as (
    select
        channel_code,
        region_code,
        {{ month_of('paid_on') }} as paid_month,
        payments,
        amount_yuan
    from {{ ref('channel_region_days') }}
    where {{ tested_since('payments', 'paid_on') }}
),

found as (
    select
        channel_code,
        region_code,
        paid_month,
        sum(payments) as payments,
        sum(amount_yuan) as amount_yuan
    from days
    where {{ tested_months('payments', 'paid_month') }}
    group by channel_code, region_code, paid_month
),

wanted as (
    select
        channel_code,
        region_code,
        paid_month,
        sum(payments) as payments,
        sum(amount_yuan) as amount_yuan
    from {{ ref('channel_months') }}
    where payments > 0 and {{ tested_months('payments', 'paid_month') }}
    group by channel_code, region_code, paid_month
)

select
    wanted.payments as wanted_payments,
    found.payments as found_payments,
    wanted.amount_yuan as wanted_amount_yuan,
    found.amount_yuan as found_amount_yuan
from wanted
full outer join found
    on wanted.channel_code = found.channel_code
    and wanted.region_code = found.region_code
    and wanted.paid_month = found.paid_month
where
    wanted.payments is distinct from found.payments
    or wanted.amount_yuan is distinct from found.amount_yuan

-- One row per channel, region and day: successful payments and their amount, zeros filled in.
-- Days on which nobody paid anywhere are missing files, not empty days: they have no rows.
with payments as (
    select
        channel_code,
        region_code,
        paid_on,
        amount_yuan
    from data_processing.int_payments_matched
    where payment_status = 'success'
),

days as (
    select distinct paid_on from payments
),

series as (
    select distinct
        channel_code,
        region_code
    from payments
),

paid as (
    select
        channel_code,
        region_code,
        paid_on,
        count(*) as payments,
        sum(amount_yuan) as amount_yuan
    from payments
    group by channel_code, region_code, paid_on
)

select
    series.channel_code,
    series.region_code,
    days.paid_on as ds,
    concat(series.channel_code, '/', series.region_code) as unique_id,
    coalesce(paid.payments, 0) as payments,
    cast(coalesce(paid.amount_yuan, 0) as decimal(18, 2)) as amount_yuan
from series
cross join days
left join paid
    on series.channel_code = paid.channel_code
    and series.region_code = paid.region_code
    and days.paid_on = paid.paid_on

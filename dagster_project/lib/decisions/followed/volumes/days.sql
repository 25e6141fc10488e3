-- The channel's payments on every day before the given one on which anything was paid anywhere.
with days as (
    select distinct paid_on from platform_support.channel_region_days where paid_on < $before::date
),

paid as (
    select
        paid_on,
        sum(payments) as payments
    from platform_support.channel_region_days
    where channel_code = $channel and paid_on < $before::date
    group by paid_on
)

select
    $channel as unique_id,
    days.paid_on as ds,
    coalesce(paid.payments, 0)::double as y
from days
left join paid on days.paid_on = paid.paid_on
where days.paid_on >= (select min(paid_on) from paid)
order by days.paid_on

-- Payments at the counters of the last 365 days by region, weekday and hours, and what the guided
-- customers would take away from them in a year.
with halls as (
    select channel_code from data_processing.channels where channel_family = 'counter'
),

visits as (
    {visits}
),

operated as (
    {operated}
),

cells as (
    select
        region_code,
        weekday,
        hour_band,
        count(*) as payments,
        count(distinct customer_id) as customers,
        count(distinct customer_id) filter (where is_guided) as guided_customers,
        count(*) filter (where is_guided) as guided_payments,
        count(*) filter (where is_movable) as movable_payments,
        coalesce(sum(moved), 0) as expected_moved_payments,
        coalesce(sum(moved * low), 0) as moved_payments_low,
        coalesce(sum(moved * high), 0) as moved_payments_high
    from visits
    group by all
),

per_payment as (
    select
        cells.*,
        operated.staff_minutes_per_payment,
        operated.mean_queue_minutes
    from cells
    left join operated on cells.region_code = operated.region_code
)

select
    $as_of::date as decided_on,
    region_code,
    weekday,
    hour_band,
    payments,
    customers,
    guided_customers,
    guided_payments,
    100.0 * guided_payments / payments as guided_share_pct,
    movable_payments,
    expected_moved_payments,
    moved_payments_low,
    moved_payments_high,
    staff_minutes_per_payment,
    staff_minutes_per_payment * expected_moved_payments as freed_staff_minutes,
    mean_queue_minutes,
    mean_queue_minutes * expected_moved_payments as spared_queue_minutes,
    nullif(concat_ws(
        '; ',
        if(
            staff_minutes_per_payment is null,
            'staff minutes: hours, staff and capacity of counters not delivered (未提供柜台人员、时间与容量)',
            null
        ),
        if(
            mean_queue_minutes is null,
            'queue minutes: waits at the counters not delivered (未提供柜台排队数据)', null
        )
    ), '') as not_available
from per_payment
order by region_code, weekday, hour_band

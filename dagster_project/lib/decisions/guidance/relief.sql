-- Payments at the counters of the last 365 days by region, weekday and hours, and what the guided
-- customers would take away from them in a year.
with halls as (
    select channel_code from data_processing.channels where channel_family = 'counter'
),

visits as (
    select
        coalesce(fact.region_code, 'unknown') as region_code,
        isodow(fact.paid_on)::int as weekday,
        case
            when fact.paid_at is null then 'unknown'
            when hour(fact.paid_at) < 6 then 'night'
            when hour(fact.paid_at) < 12 then 'morning'
            when hour(fact.paid_at) < 18 then 'afternoon'
            else 'evening'
        end as hour_band,
        fact.customer_id,
        guided.customer_id is not null as is_guided,
        not coalesce(customers.is_protected, true) as is_movable,
        guided.p_move * guided.retention as moved,
        guided.saving_low_yuan / guided.saving_per_year_yuan as low,
        guided.saving_high_yuan / guided.saving_per_year_yuan as high
    from data_processing.int_payments_matched as fact
    inner join halls on fact.channel_code = halls.channel_code
    left join guidance_customers as customers on fact.customer_id = customers.customer_id
    left join guidance_rows as guided
        on fact.customer_id = guided.customer_id
        and fact.channel_code <> guided.recommended_channel_code
    where
        fact.payment_status = 'success'
        and fact.paid_on between $as_of::date - 364 and $as_of::date
),

-- The code of a site begins with its place: a region's code, or something else. A payment takes the
-- staff minutes of a full hall: minutes in which nobody came are not freed by those who stay away.
operated as (
    select
        split_part(site_code, '-', 1) as region_code,
        sum(60 * staff * open_hours) filter (where capacity_payments > 0)::double
        / sum(capacity_payments)::double as staff_minutes_per_payment,
        avg(queue_minutes)::double as mean_queue_minutes
    from data_processing.stg_landing__channel_operations as operations
    inner join halls on operations.channel_code = halls.channel_code
    where operated_on between $as_of::date - 364 and $as_of::date
    group by all
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

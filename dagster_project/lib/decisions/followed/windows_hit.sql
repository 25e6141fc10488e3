-- Of the windows kept on earlier days that have ended, how many held the next payment. A window is
-- judged when its last day has passed, whatever came: that depends on the prediction alone.
with kept as (
    select *
    from decided.predicted_windows_kept
    where predicted_on < $as_of::date
),

sampled as (
    select distinct customer_id from kept
),

payments as (
    select distinct fact.customer_id, fact.paid_on
    from data_processing.int_payments_matched as fact
    inner join sampled on fact.customer_id = sampled.customer_id
    where
        fact.payment_status = 'success'
        and fact.amount_yuan > 0
        and fact.paid_on > (select min(predicted_on) from kept)
        and fact.paid_on <= $as_of::date
),

followed as (
    select kept.*, payments.paid_on
    from kept
    asof left join payments
        on kept.customer_id = payments.customer_id
        and kept.predicted_on < payments.paid_on
),

levels as (
    select release_id, segment, customer_id, 50 as level, window_50_to as ends_on,
        paid_on between window_50_from and window_50_to as is_hit
    from followed
    union all
    select release_id, segment, customer_id, 80, window_80_to,
        paid_on between window_80_from and window_80_to
    from followed
    union all
    select release_id, segment, customer_id, 95, window_95_to,
        paid_on between window_95_from and window_95_to
    from followed
)

select
    release_id,
    coalesce(segment, 'all') as segment,
    level,
    count(*) as windows,
    count(distinct customer_id) as customers,
    count(*) filter (where is_hit) as hits
from levels
where ends_on <= $as_of::date
group by grouping sets ((release_id, segment, level), (release_id, level))
order by release_id, segment, level

-- Room of every channel, in payments of an average day: what it can take on its busiest day but one
-- in twenty, brought to the average day, less what it has. A delivered capacity below what the
-- channel was seen to take is refuted by its own record: then none is known, and none limits.
with delivered as (
    select channel_code, operated_on, sum(capacity_payments) as capacity
    from data_processing.stg_landing__channel_operations
    where operated_on between $as_of::date - 27 and $as_of::date
    group by channel_code, operated_on
    having count(capacity_payments) = count(*)
),

capacity as (
    select channel_code, median(capacity)::double as capacity
    from delivered
    group by channel_code
),

daily as (
    select channel_code, paid_on, sum(payments) as payments
    from platform_support.channel_region_days
    where paid_on between $as_of::date - 364 and $as_of::date
    group by channel_code, paid_on
),

flow as (
    select
        channel_code,
        sum(payments) / 365.0 as mean_payments,
        quantile_cont(payments, 0.95)::double as busy_payments
    from daily
    group by channel_code
)

select
    terms.channel_code,
    capacity.capacity,
    flow.mean_payments::double as mean_payments,
    flow.busy_payments,
    case when capacity.capacity >= flow.busy_payments then greatest(
        0,
        $capacity_use::double * capacity.capacity * flow.mean_payments / flow.busy_payments
        - flow.mean_payments
    )::double end as room
from guidance_terms as terms
inner join flow on terms.channel_code = flow.channel_code
left join capacity on terms.channel_code = capacity.channel_code
order by terms.channel_code

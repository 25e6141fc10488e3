-- What may hold a channel back, of the whole channel: visits, outages, complaints.
with all_visits as (
    select channel_code, sum(visits) as visits, sum(successes) as successes
    from visited
    group by channel_code
),

out_of_service as (
    select channel_code, avg(outage_minutes)::double as outage_minutes_per_day
    from data_processing.stg_landing__channel_operations
    where operated_on between $as_of::date - 89 and $as_of::date
    group by channel_code
),

complained as (
    select channel_code, count(*) as complaints
    from data_processing.int_complaints_attributed
    where received_on between $as_of::date - 364 and $as_of::date
    group by channel_code
)

select
    own.channel_code,
    all_visits.visits as all_visits,
    all_visits.successes as all_successes,
    out_of_service.outage_minutes_per_day,
    complained.complaints
from own
left join all_visits using (channel_code)
left join out_of_service using (channel_code)
left join complained using (channel_code)

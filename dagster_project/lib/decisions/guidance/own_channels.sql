-- Own channels but the counters, by region and segment: what they carry, what could pay there for
-- less, and the figures by which they may be held back.
create or replace temp table guidance_own_channels as
with own as (
    select * from guidance_terms where is_own and channel_family <> 'counter'
),

members as (
    select
        customers.customer_id,
        coalesce(customers.region_code, 'unknown') as region_code,
        coalesce(segments.segment, 0) as segment,
        customers.usual_amount_yuan,
        customers.year_payments * customers.known_share as payments_of_known_cost,
        customers.present_cost_yuan,
        customers.left_alone_because is null or customers.left_alone_because = 'contacted_recently'
            as is_free
    from guidance_customers as customers
    left join platform_support.customer_segments_assigned as segments
        on customers.customer_id = segments.customer_id
),

paid as (
    select customer_id, channel_code, count(*) as payments
    from data_processing.int_payments_matched
    where payment_status = 'success' and paid_on between $as_of::date - 364 and $as_of::date
    group by customer_id, channel_code
),

carried as (
    select
        own.channel_code, members.region_code, members.segment,
        count(distinct members.customer_id) as customers,
        count(*) filter (where paid.channel_code = own.channel_code) as users,
        sum(paid.payments)::bigint as payments,
        coalesce(sum(paid.payments) filter (where paid.channel_code = own.channel_code), 0)::bigint
            as channel_payments
    from members
    cross join own
    inner join paid on members.customer_id = paid.customer_id
    group by all
),

worth as (
    select
        own.channel_code, members.region_code, members.segment,
        sum(members.payments_of_known_cost) as payments,
        sum(members.payments_of_known_cost * (members.present_cost_yuan - payment_cost(
            members.usual_amount_yuan, own.rate_pct, own.floor_yuan, own.cap_yuan,
            own.fixed_fee_yuan, own.handling_cost_yuan
        ))) / sum(members.payments_of_known_cost) as saving_per_payment_yuan
    from members
    cross join own
    where
        members.is_free
        and members.present_cost_yuan > payment_cost(
            members.usual_amount_yuan, own.rate_pct, own.floor_yuan, own.cap_yuan,
            own.fixed_fee_yuan, own.handling_cost_yuan
        )
    group by all
),

guided as (
    select
        guided.recommended_channel_code as channel_code, members.region_code, members.segment,
        sum(guided.p_move * guided.retention * guided.payments_per_year) as moved_payments
    from guidance_rows as guided
    inner join members on guided.customer_id = members.customer_id
    group by all
),

visited as (
    select
        visits.channel_code, members.region_code, members.segment,
        count(*) as visits,
        count(*) filter (where visits.furthest_step = 'payment_succeeded') as successes
    from data_processing.stg_landing__channel_visits as visits
    left join members on visits.customer_id = members.customer_id
    where visits.visited_on between $as_of::date - 89 and $as_of::date
    group by all
),

all_visits as (
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
),

delivered as (
    select count(*) > 0 as has_complaints
    from data_processing.int_sources_delivered where source = 'complaints'
)

select
    carried.*,
    100.0 * carried.channel_payments / carried.payments as share_pct,
    worth.saving_per_payment_yuan,
    coalesce(worth.payments, 0) as worth_payments,
    coalesce(guided.moved_payments, 0) as guided_payments,
    rooms.room * 365 * carried.payments / sum(carried.payments) over channel as room_payments,
    100.0 * if(visited.visits >= $least_visits, visited.successes, all_visits.successes)
    / if(visited.visits >= $least_visits, visited.visits, all_visits.visits) as conversion_pct,
    out_of_service.outage_minutes_per_day,
    complained.complaints,
    if(
        delivered.has_complaints,
        10000.0 * coalesce(complained.complaints, 0)
        / nullif(sum(carried.channel_payments) over channel, 0), null
    ) as complaints_per_10000_payments
from carried
cross join delivered
left join worth using (channel_code, region_code, segment)
left join guided using (channel_code, region_code, segment)
left join visited using (channel_code, region_code, segment)
left join all_visits using (channel_code)
left join out_of_service using (channel_code)
left join complained using (channel_code)
left join guidance_rooms as rooms using (channel_code)
window channel as (partition by carried.channel_code)

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

carried as (
    {carried}
),

worth as (
    {worth}
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
    {visited}
),

obstacles as (
    {obstacles}
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
    100.0 * if(visited.visits >= $least_visits, visited.successes, obstacles.all_successes)
    / if(visited.visits >= $least_visits, visited.visits, obstacles.all_visits) as conversion_pct,
    obstacles.outage_minutes_per_day,
    obstacles.complaints,
    if(
        delivered.has_complaints,
        10000.0 * coalesce(obstacles.complaints, 0)
        / nullif(sum(carried.channel_payments) over channel, 0), null
    ) as complaints_per_10000_payments
from carried
cross join delivered
left join worth using (channel_code, region_code, segment)
left join guided using (channel_code, region_code, segment)
left join visited using (channel_code, region_code, segment)
left join obstacles using (channel_code)
left join guidance_rooms as rooms using (channel_code)
window channel as (partition by carried.channel_code)

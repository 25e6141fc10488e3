-- Own channels but the counters, by region and segment: what they carry, what they could, what holds
-- them back most by the declared bars, and what the declared action against it would bring.
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
),

measured as (
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
),

compared as (
    select
        *,
        quantile_cont(share_pct, 0.75) over (partition by channel_code, segment) as best_share_pct,
        $least_conversion_pct / nullif(conversion_pct, 0) - 1 as short_conversion,
        outage_minutes_per_day / $most_outage_minutes - 1 as short_outages,
        -- what is left of a Poisson count at its lower 95 % bound: a few complaints prove nothing
        complaints_per_10000_payments * (1 - 1.645 / sqrt(nullif(complaints, 0)))
        / $most_complaints - 1 as short_complaints
    from measured
),

reached as (
    select
        *,
        least(greatest(0, best_share_pct - share_pct) / 100 * payments, worth_payments)
            as reachable_payments,
        greatest(0, short_conversion, short_outages, short_complaints) as shortest
    from compared
),

judged as (
    select
        *,
        least(reachable_payments, coalesce(room_payments, reachable_payments))
            as headroom_payments,
        case
            when reachable_payments < 1 then 'none'
            when room_payments < reachable_payments then 'capacity'
            when shortest = 0 then 'reach'
            when shortest = short_conversion then 'conversion'
            when shortest = short_outages then 'outages'
            else 'complaints'
        end as held_back_by
    from reached
),

acted as (
    select
        judged.*,
        obstacles.* exclude (held_back_by),
        least(reachable_payments, case judged.held_back_by
            when 'capacity' then (reachable_payments - room_payments) * obstacles.effect
            when 'reach' then guided_payments
            when 'conversion' then channel_payments * short_conversion * obstacles.effect
            when 'outages'
                then channel_payments * outage_minutes_per_day / 1440 * obstacles.effect
            when 'complaints' then channel_payments * obstacles.effect
            else 0
        end) as gain_payments
    from judged
    left join guidance_obstacles as obstacles on judged.held_back_by = obstacles.held_back_by
)

select
    $as_of::date as decided_on,
    channel_code, region_code, segment, customers, users, payments, channel_payments, share_pct,
    best_share_pct, reachable_payments, room_payments, headroom_payments, conversion_pct,
    outage_minutes_per_day, complaints_per_10000_payments, held_back_by,
    action_code, action_en, action_zh, owner_en, owner_zh,
    gain_payments,
    if(gain_payments = 0, 0, gain_payments * saving_per_payment_yuan) as gain_yuan,
    format(
        'Carries {:.1f} % of the payments; a quarter of the regions reach {:.1f} % or more in this '
        'segment: {:.0f} payments a year more. Held back by: {}.',
        share_pct, best_share_pct, headroom_payments, held_back_by
    ) as reason_en,
    format(
        '承载{:.1f}%的缴费；同一细分群中四分之一的地区达到{:.1f}%以上：每年可增{:.0f}笔。主要制约：{}。',
        share_pct, best_share_pct, headroom_payments,
        case held_back_by
            when 'capacity' then '容量' when 'reach' then '触达不足' when 'conversion' then '转化率'
            when 'outages' then '故障' when 'complaints' then '投诉' else '无'
        end
    ) as reason_zh
from acted
order by channel_code, region_code, segment

-- Of guidance_own_channels: what each could carry, what holds it back most by the declared bars, and
-- what the declared action against it would bring.
with compared as (
    select
        *,
        quantile_cont(share_pct, 0.75) over (partition by channel_code, segment) as best_share_pct,
        $least_conversion_pct / nullif(conversion_pct, 0) - 1 as short_conversion,
        outage_minutes_per_day / $most_outage_minutes - 1 as short_outages,
        -- what is left of a Poisson count at its lower 95 % bound: a few complaints prove nothing
        complaints_per_10000_payments * (1 - 1.645 / sqrt(nullif(complaints, 0)))
        / $most_complaints - 1 as short_complaints
    from guidance_own_channels
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

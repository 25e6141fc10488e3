with firsts as (
    select
        campaign_code,
        arm = 'holdout' as is_held_out,
        happened_on,
        count(*) as customers
    from platform_support.campaign_firsts
    where step = 'paid_through_target'
    group by all
),

sizes as (
    select
        campaign_code,
        arm = 'holdout' as is_held_out,
        min(assigned_on) as starts_on,
        max(last_on) as last_on,
        count(*) as units
    from platform_support.campaign_members
    group by all
),

days as (
    select
        sizes.*,
        unnest(generate_series(starts_on::timestamp, last_on::timestamp, interval 1 day))::date
            as looked_on
    from sizes
)

select
    days.campaign_code,
    days.is_held_out,
    days.looked_on,
    days.units,
    coalesce(sum(firsts.customers) over (
        partition by days.campaign_code, days.is_held_out order by days.looked_on
    ), 0)::bigint as paid
from days
left join firsts
    on days.campaign_code = firsts.campaign_code
    and days.is_held_out = firsts.is_held_out
    and days.looked_on = firsts.happened_on
order by days.campaign_code, days.looked_on, days.is_held_out

-- Finished campaigns with both arms, the customers assigned, and whether each paid through the
-- target channel until the end.
with campaigns as (
    select campaign_code, target_channel_code, contact_means
    from data_processing.stg_landing__campaigns
    where ends_on <= $as_of::date
),

assigned as (
    select
        steps.campaign_code,
        steps.customer_id,
        min(steps.happened_on) filter (where steps.step = 'assigned') as assigned_on,
        any_value(steps.arm) <> 'holdout' as treated,
        bool_or(steps.step = 'paid_through_target') as has_paid
    from platform_support.campaign_firsts as steps
    inner join campaigns on steps.campaign_code = campaigns.campaign_code
    group by steps.campaign_code, steps.customer_id
)

select
    campaigns.target_channel_code,
    assigned.campaign_code,
    campaigns.contact_means,
    assigned.customer_id,
    assigned.assigned_on as day,
    assigned.treated,
    assigned.has_paid::int::double as outcome,
    avg(assigned.treated::int) over (partition by assigned.campaign_code) as propensity
from assigned
inner join campaigns on assigned.campaign_code = campaigns.campaign_code
where assigned.assigned_on is not null
qualify propensity > 0 and propensity < 1
order by campaigns.target_channel_code, abs(assigned.customer_id), assigned.campaign_code

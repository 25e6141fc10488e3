-- As assigned: the audience is the sum of its arms, every customer once, nobody drops out of the
-- outcomes or their sums, and no more are contacted than are in the audience.
{{ config(meta={'dagster': {'ref': {'name': 'campaign_outcome_sums'}}}) }}

with members as (
    select
        campaign_code,
        arm,
        count(*) as customers,
        count(distinct customer_id) as different,
        count(contacted_on) as contacted
    from {{ ref('campaign_members') }}
    group by campaign_code, arm
),

outcomes as (
    select
        campaign_code,
        arm,
        count(*) as customers
    from {{ ref('campaign_outcomes') }}
    group by campaign_code, arm
),

sums as (
    select
        campaign_code,
        arm,
        sum(units) as customers
    from {{ ref('campaign_outcome_sums') }}
    where outcome = 'paid' and horizon = 'campaign'
    group by campaign_code, arm
),

assigned as (
    select
        campaign_code,
        arm,
        count(*) as customers
    from {{ ref('campaign_firsts') }}
    where step = 'assigned'
    group by campaign_code, arm
)

select
    assigned.campaign_code,
    assigned.arm,
    assigned.customers as wanted,
    members.customers as found
from assigned
left join members
    on assigned.campaign_code = members.campaign_code
    and assigned.arm = members.arm
left join outcomes
    on assigned.campaign_code = outcomes.campaign_code
    and assigned.arm = outcomes.arm
left join sums
    on assigned.campaign_code = sums.campaign_code
    and assigned.arm = sums.arm
where
    assigned.customers is distinct from members.customers
    or assigned.customers is distinct from members.different
    or assigned.customers is distinct from outcomes.customers
    or assigned.customers is distinct from sums.customers
    or members.contacted > members.customers

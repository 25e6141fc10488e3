select
    outcomes.campaign_code,
    outcomes.arm,
    outcomes.content_code,
    outcomes.stratum,
    members.assigned_on,
    count(*) as customers
from platform_support.campaign_outcomes as outcomes
inner join platform_support.campaign_members as members
    on outcomes.campaign_code = members.campaign_code
    and outcomes.customer_id = members.customer_id
group by all

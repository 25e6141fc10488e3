-- Over the days of a campaign, every customer assigned within them is counted once per arm, and
-- every yuan once; arms too small to be shown are left out.
{{ config(meta={'dagster': {'ref': {'name': 'campaign_tracking'}}}) }}

with tracking as (
    select * from {{ ref('campaign_tracking') }}
),

firsts as (
    select * from {{ ref('campaign_firsts') }}
),

found as (
    select
        campaign_code,
        arm,
        max(tracked_on) as last_on,
        sum(assigned) as assigned,
        sum(amount_yuan) as amount_yuan
    from tracking
    where not is_small_cell
    group by campaign_code, arm
),

wanted as (
    select
        found.campaign_code,
        found.arm,
        count(distinct firsts.customer_id) filter (where firsts.step = 'assigned')
            as assigned,
        sum(firsts.amount_yuan) as amount_yuan
    from found
    inner join firsts
        on found.campaign_code = firsts.campaign_code
        and found.arm = firsts.arm
        and found.last_on >= firsts.happened_on
    group by found.campaign_code, found.arm
)

select
    wanted.campaign_code,
    wanted.arm,
    wanted.assigned as wanted_assigned,
    found.assigned as found_assigned
from wanted
full outer join found
    on wanted.campaign_code = found.campaign_code
    and wanted.arm = found.arm
where
    wanted.assigned is distinct from found.assigned
    or wanted.amount_yuan is distinct from found.amount_yuan

with launched as (
    select * from {{ source('decided', 'campaign_audience') }}
),

campaigns as (
    select * from {{ ref('stg_landing__campaigns') }}
),

-- Of a campaign that somebody else ran, only what was delivered is known: not how it was drawn.
delivered as (
    select
        members.campaign_code,
        cast(coalesce(campaigns.campaign_version, 1) as int) as campaign_version,
        members.customer_id,
        members.arm,
        members.assigned_on,
        case when members.arm <> 'holdout' then campaigns.contact_means end
            as contact_means,
        case
            when members.arm <> 'holdout' and members.content_code <> 'undeclared'
                then members.content_code
        end as content_code
    from {{ ref('campaign_members') }} as members
    inner join campaigns on members.campaign_code = campaigns.campaign_code
    left join (select distinct tracked_code from launched) as known
        on members.campaign_code = known.tracked_code
    where known.tracked_code is null
)

select
    campaign_code,
    campaign_version,
    tracked_code,
    customer_id,
    'launched' as origin,
    arm,
    stratum,
    assigned_on,
    contact_on,
    contact_hour_band,
    contact_means,
    content_code,
    is_in_predicted_window
from launched
union all
select
    campaign_code,
    campaign_version,
    campaign_code as tracked_code,
    customer_id,
    'delivered' as origin,
    arm,
    cast(null as string) as stratum,
    assigned_on,
    cast(null as date) as contact_on,
    cast(null as string) as contact_hour_band,
    contact_means,
    content_code,
    cast(null as boolean) as is_in_predicted_window
from delivered

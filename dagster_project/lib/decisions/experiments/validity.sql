with members as (
    select * from platform_support.campaign_members
),

contacts as (
    select
        contacts.campaign_code,
        count(distinct contacts.customer_id) filter (where members.customer_id is null)
            as outside_audience
    from data_processing.stg_landing__campaign_contacts as contacts
    left join members
        on contacts.campaign_code = members.campaign_code
        and contacts.customer_id = members.customer_id
    group by contacts.campaign_code
),

overlapping_members as (
    select
        members.campaign_code,
        count(distinct members.customer_id) as overlapping
    from members
    inner join members as others
        on members.customer_id = others.customer_id
        and members.campaign_code <> others.campaign_code
        and members.assigned_on <= others.last_on
        and others.assigned_on <= members.last_on
    group by members.campaign_code
),

savings as (
    select
        campaign_code,
        sum(settled_payments) / nullif(sum(payments), 0) as settled_share
    from platform_support.campaign_savings
    group by campaign_code
)

select
    members.campaign_code,
    any_value(campaigns.target_channel_code) as target_channel_code,
    any_value(campaigns.contact_means) as contact_means,
    coalesce(any_value(campaigns.campaign_version), 1)::integer as campaign_version,
    any_value(campaigns.holdout_share)::double as holdout_share,
    any_value(campaigns.budget_yuan)::double as budget_yuan,
    min(members.assigned_on) as starts_on,
    any_value(campaigns.ends_on) as ends_on,
    any_value(members.last_on) as last_on,
    any_value(members.measured_to) as measured_to,
    coalesce(any_value(contacts.outside_audience), 0) as outside_audience,
    coalesce(any_value(overlapping_members.overlapping), 0) as overlapping,
    count(*) filter (where members.contacted_on < members.assigned_on)
        as contacted_before_assignment,
    count(*) filter (where members.arm = 'holdout' and members.contacted_on is not null)
        as contacted_holdouts,
    any_value(savings.settled_share)::double as settled_share
from members
inner join data_processing.stg_landing__campaigns as campaigns
    on members.campaign_code = campaigns.campaign_code
left join contacts on members.campaign_code = contacts.campaign_code
left join overlapping_members
    on members.campaign_code = overlapping_members.campaign_code
left join savings on members.campaign_code = savings.campaign_code
group by members.campaign_code
order by members.campaign_code

-- One row per measured campaign, in the order of their first days.
select
    members.campaign_code,
    any_value(members.target_channel_code) as target_channel_code,
    any_value(coalesce(channels.channel_name_en, members.target_channel_code)) as target_en,
    any_value(coalesce(channels.channel_name_zh, members.target_channel_code)) as target_zh,
    any_value(campaigns.contact_means) as contact_means,
    min(members.assigned_on) as starts_on,
    any_value(campaigns.ends_on) as ends_on
from platform_support.campaign_members as members
inner join data_processing.stg_landing__campaigns as campaigns
    on members.campaign_code = campaigns.campaign_code
left join data_processing.channels as channels
    on members.target_channel_code = channels.channel_code
group by members.campaign_code
order by starts_on, members.campaign_code

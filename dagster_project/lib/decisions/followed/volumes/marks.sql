-- A number for each campaign that changes with the days before it that a forecast rests on: with
-- the channel's payments and the bills issued.
with channels as (
    select
        campaigns.campaign_code,
        sum(days.payments * (1 + campaigns.starts_on - days.paid_on)) as payments
    from followed_campaigns as campaigns
    inner join platform_support.channel_region_days as days
        on campaigns.target_channel_code = days.channel_code
        and campaigns.starts_on > days.paid_on
    group by campaigns.campaign_code
),

bills as (
    select
        campaigns.campaign_code,
        sum(days.bills * (1 + campaigns.starts_on - days.issued_on)) as bills
    from followed_campaigns as campaigns
    inner join platform_support.region_bill_days as days
        on campaigns.starts_on > days.issued_on
    group by campaigns.campaign_code
)

select
    campaigns.campaign_code,
    concat_ws(
        '/', campaigns.starts_on, campaigns.ends_on, coalesce(channels.payments, 0),
        coalesce(bills.bills, 0)
    ) as data_mark
from followed_campaigns as campaigns
left join channels on campaigns.campaign_code = channels.campaign_code
left join bills on campaigns.campaign_code = bills.campaign_code
order by campaigns.campaign_code

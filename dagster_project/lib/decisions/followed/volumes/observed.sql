-- Payments of the target channel on the days of the campaigns' forecasts.
select
    forecasts.campaign_code,
    forecasts.forecast_on,
    coalesce(sum(days.payments), 0)::double as payments
from followed_forecasts as forecasts
left join platform_support.channel_region_days as days
    on forecasts.channel_code = days.channel_code
    and forecasts.forecast_on = days.paid_on
group by forecasts.campaign_code, forecasts.forecast_on
order by forecasts.campaign_code, forecasts.forecast_on

with audience as (
    select * from {{ source('decided', 'campaign_audience') }}
)

select
    campaign_code,
    campaign_version,
    tracked_code,
    customer_id,
    arm,
    stratum,
    assigned_on,
    contact_on,
    contact_hour_band,
    contact_means,
    content_code,
    is_in_predicted_window
from audience

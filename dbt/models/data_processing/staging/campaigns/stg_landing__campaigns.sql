with source as (
    select *
    from {{ source('landing', 'campaigns') }}
),

renamed as (
    select
        campaign_code,
        campaign_name,
        objective,
        target_channel_code,
        contact_means,
        starts_on,
        ends_on,
        holdout_share,
        budget_yuan,
        campaign_version,
        content_code,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed

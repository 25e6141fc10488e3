with source as (
    select *
    from {{ source('landing', 'campaign_contacts') }}
),

renamed as (
    select
        campaign_code,
        customer_id,
        arm,
        contact_event,
        happened_on,
        happened_at,
        content_code,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed

with source as (
    select *
    from {{ source('landing', 'channel_operations') }}
),

renamed as (
    select
        channel_code,
        site_code,
        operated_on,
        open_hours,
        staff,
        outage_minutes,
        queue_minutes,
        capacity_payments,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed

with source as (
    select *
    from {{ source('landing', 'complaints') }}
),

renamed as (
    select
        complaint_id,
        customer_id,
        received_on,
        received_at,
        category,
        channel_code,
        answered_at,
        is_satisfied,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed

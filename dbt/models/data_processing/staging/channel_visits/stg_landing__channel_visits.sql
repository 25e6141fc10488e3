with source as (
    select *
    from {{ source('landing', 'channel_visits') }}
),

renamed as (
    select
        visit_id,
        customer_id,
        channel_code,
        visited_on,
        visited_at,
        furthest_step,
        payment_id,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed

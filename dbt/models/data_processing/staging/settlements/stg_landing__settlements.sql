with source as (
    select *
    from {{ source('landing', 'settlements') }}
),

renamed as (
    select
        payment_id,
        channel_code,
        amount_yuan,
        fee_yuan,
        settled_on,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed

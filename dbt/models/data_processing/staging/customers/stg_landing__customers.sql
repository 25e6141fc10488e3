with source as (
    select *
    from {{ source('landing', 'customers') }}
),

renamed as (
    select
        customer_id,
        customer_type,
        region_code,
        is_prepaid,
        has_withholding,
        is_elderly,
        is_low_income,
        opened_on,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed

with source as (
    select *
    from {{ source('landing', 'meter_balances') }}
),

renamed as (
    select
        customer_id,
        read_on,
        balance_yuan,
        energy_kwh,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed

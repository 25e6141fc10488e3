with source as (
    select *
    from {{ source('landing', 'bills') }}
),

renamed as (
    select
        bill_id,
        customer_id,
        bill_month,
        issued_on,
        due_on,
        amount_yuan,
        energy_kwh,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed

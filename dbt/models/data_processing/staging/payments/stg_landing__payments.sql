with source as (
    select *
    from {{ source('landing', 'payments') }}
),

renamed as (
    select
        payment_id,
        customer_id,
        paid_on,
        paid_at,
        amount_yuan,
        channel_code,
        settlement_means,
        payment_status,
        bill_id,
        delivery_id,
        source_line,
        business_date
    from source
)

select *
from renamed

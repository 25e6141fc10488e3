with complaints as (
    select * from {{ ref('stg_landing__complaints') }}
),

customers as (
    select * from {{ ref('int_customers_versioned') }}
),

attributed as (
    select
        complaints.complaint_id,
        complaints.customer_id,
        complaints.channel_code,
        complaints.category,
        complaints.received_on,
        complaints.received_at,
        complaints.answered_at,
        complaints.is_satisfied,
        coalesce(customers.region_code, 'unknown') as region_code,
        coalesce(customers.customer_type, 'unknown') as customer_type
    from complaints
    left join customers
        on complaints.customer_id = customers.customer_id
        and complaints.received_on >= customers.valid_from
        and complaints.received_on < customers.valid_to
)

select *
from attributed

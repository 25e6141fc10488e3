-- Everybody who is known: by master data, by a payment, or by both.
{{ config(materialized='view') }}

with customers as (
    select * from {{ ref('int_customers_versioned') }}
    where valid_from <= {{ as_of() }} and valid_to > {{ as_of() }}
),

payers as (
    select customer_id
    from {{ ref('customer_payment_state') }}
)

select
    coalesce(customers.customer_id, payers.customer_id) as customer_id,
    customers.customer_type,
    customers.region_code,
    customers.is_prepaid,
    customers.has_withholding,
    customers.is_elderly,
    customers.is_low_income,
    {{ dbt.datediff('customers.opened_on', as_of(), 'day') }} as account_age_days
from customers
full outer join payers on customers.customer_id = payers.customer_id

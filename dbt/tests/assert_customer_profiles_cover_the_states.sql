-- Every customer with a state has a profile, with the same payments.
{{ config(meta={'dagster': {'ref': {'name': 'customer_payment_profile'}}}) }}

with states as (
    select
        count(*) as customers,
        sum(payments) as payments
    from {{ ref('customer_payment_state') }}
),

profiles as (
    select
        count(*) as customers,
        sum(payments) as payments
    from {{ ref('customer_payment_profile') }}
)

select
    states.customers as state_customers,
    profiles.customers as profile_customers
from states
cross join profiles
where
    states.customers <> profiles.customers
    or states.payments is distinct from profiles.payments

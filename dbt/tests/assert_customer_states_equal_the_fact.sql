-- The merged states add up to the successful payments of more than zero, whatever was merged when.
{{ config(meta={'dagster': {'ref': {'name': 'customer_payment_state'}}}) }}

with fact as (
    select
        count(*) as payments,
        sum(amount_yuan) as amount_yuan
    from {{ ref('int_payments_matched') }}
    where payment_status = 'success' and amount_yuan > 0
),

states as (
    select
        sum(payments) as payments,
        sum(amount_yuan_sum) as amount_yuan
    from {{ ref('customer_payment_state') }}
),

channel_states as (
    select
        sum(payments) as payments,
        sum(amount_yuan_sum) as amount_yuan
    from {{ ref('customer_channel_state') }}
)

select
    fact.payments as fact_payments,
    states.payments as state_payments,
    channel_states.payments as channel_state_payments
from fact
cross join states
cross join channel_states
where
    fact.payments <> coalesce(states.payments, 0)
    or fact.payments <> coalesce(channel_states.payments, 0)
    or fact.amount_yuan is distinct from states.amount_yuan
    or fact.amount_yuan is distinct from channel_states.amount_yuan

-- Late data: the channels of every changed customer are counted anew from the fact.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed_customers() }}"
    )
}}

with changed as (
    select
        customer_id,
        changed_on
    from {{ source('landing', 'changed_customers') }}
),

payments as (
    select
        fact.customer_id,
        fact.channel_code,
        fact.amount_yuan,
        fact.paid_on
    from {{ ref('int_payments_matched') }} as fact
    {% if is_incremental() %}
        inner join changed on fact.customer_id = changed.customer_id
    {% endif %}
    where fact.payment_status = 'success' and fact.amount_yuan > 0
)

select
    customer_id,
    channel_code,
    count(*) as payments,
    cast(sum(amount_yuan) as decimal(38, 2)) as amount_yuan_sum,
    cast(sum({{ fixed(recency_weight('paid_on')) }}) as decimal(38, 12))
        as recency_weight_sum,
    max(paid_on) as last_paid_on
from payments
group by customer_id, channel_code

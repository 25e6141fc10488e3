-- Late data: the months of changed payments are deleted and inserted; a month's volume sets its tier.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_months('payments', 'paid_month')) }}"
    )
}}

with payments as (
    select
        channel_code,
        {{ month_of('paid_on') }} as paid_month,
        amount_yuan
    from {{ ref('int_payments_matched') }}
    where
        payment_status = 'success'
        and {{ changed_since('payments', 'paid_on', 31) }}
),

volumes as (
    select
        channel_code,
        paid_month,
        {{ last_day_of_month('paid_month') }} as last_of_month,
        cast(sum(amount_yuan) as decimal(38, 2)) as month_amount_yuan
    from payments
    where {{ changed_months('payments', 'paid_month') }}
    group by channel_code, paid_month
),

tiered as (
    {{ terms_of_months('paid_month') }}
)

select *
from tiered

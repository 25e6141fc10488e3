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

contracts as (
    select
        *,
        coalesce(valid_to, cast('9999-12-31' as date)) as last_valid_on
    from {{ ref('channel_contracts') }}
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
    select
        volumes.channel_code,
        volumes.paid_month,
        volumes.month_amount_yuan,
        contracts.contract_id,
        contracts.valid_from,
        contracts.last_valid_on as valid_to,
        contracts.tier_from_yuan,
        contracts.rate_pct,
        contracts.fixed_fee_yuan,
        contracts.monthly_fee_yuan,
        contracts.floor_yuan,
        contracts.cap_yuan
    from volumes
    inner join contracts
        on volumes.channel_code = contracts.channel_code
        and volumes.month_amount_yuan >= contracts.tier_from_yuan
        and volumes.last_of_month >= contracts.valid_from
        and volumes.paid_month <= contracts.last_valid_on
    qualify
        row_number() over (
            partition by volumes.channel_code, volumes.paid_month, contracts.contract_id
            order by contracts.tier_from_yuan desc nulls last
        ) = 1
)

select *
from tiered

-- Late data: the months of changed payments are deleted and inserted; a month's volume sets its tier.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_months('payments', 'paid_month')) }}"
    )
}}

with volumes as (
    select
        channel_code,
        {{ month_of('paid_on') }} as paid_month,
        sum(amount_yuan) as month_amount_yuan
    from {{ ref('int_payments_matched') }}
    where
        payment_status = 'success'
        and {{ changed_since('payments', 'paid_on', 31) }}
    group by all
),

contracts as (
    select * from {{ ref('channel_contracts') }}
),

tiered as (
    select
        volumes.channel_code,
        volumes.paid_month,
        volumes.month_amount_yuan,
        contracts.contract_id,
        contracts.valid_from,
        coalesce(contracts.valid_to, cast('9999-12-31' as date)) as valid_to,
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
        and contracts.valid_from
        <= cast({{ dbt.last_day('volumes.paid_month', 'month') }} as date)
        and coalesce(contracts.valid_to, cast('9999-12-31' as date))
        >= volumes.paid_month
    where {{ changed_months('payments', 'volumes.paid_month') }}
    qualify row_number() over (
        partition by volumes.channel_code, volumes.paid_month, contracts.contract_id
        order by contracts.tier_from_yuan desc
    ) = 1
)

select *
from tiered

-- Late data: the months of changed settlements are deleted and inserted.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_months('settlements', 'settled_month')) }}"
    )
}}

with fees as (
    select * from {{ ref('settlement_fees') }}
    where
        {{ changed_since('settlements', 'business_date', 31) }}
        and {{ changed_months('settlements', 'settled_month') }}
)

select
    payment_id,
    channel_code,
    settled_on,
    settled_month,
    contract_id,
    tier_from_yuan,
    amount_yuan,
    owed_fee_yuan,
    delivered_fee_yuan
from fees
where abs(delivered_fee_yuan - owed_fee_yuan) >= 0.01

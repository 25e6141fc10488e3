-- Late data: the months of changed settlements are deleted and inserted.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_months('settlements', 'settled_month')) }}"
    )
}}

with fees as (
    select
        *,
        delivered_fee_yuan - owed_fee_yuan as difference_yuan
    from {{ ref('settlement_fees') }}
    where
        {{ changed_since('settlements', 'business_date', 31) }}
        and {{ changed_months('settlements', 'settled_month') }}
)

select
    channel_code,
    settled_month,
    count(*) as orders,
    count(*) filter (where owed_fee_yuan is null) as orders_without_contract,
    count(*) filter (where abs(difference_yuan) >= 0.01) as wrong_orders,
    cast(sum(amount_yuan) as decimal(38, 2)) as amount_yuan,
    cast(sum(owed_fee_yuan) as decimal(38, 2)) as owed_fees_yuan,
    cast(sum(delivered_fee_yuan) as decimal(38, 4)) as delivered_fees_yuan,
    cast(sum(difference_yuan) as decimal(38, 4)) as difference_yuan,
    cast(coalesce(sum(difference_yuan) filter (
        where difference_yuan >= 0.01
    ), 0) as decimal(38, 4)) as overcharged_yuan,
    cast(coalesce(-sum(difference_yuan) filter (
        where difference_yuan <= -0.01
    ), 0) as decimal(38, 4)) as undercharged_yuan
from fees
group by channel_code, settled_month

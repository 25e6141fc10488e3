-- Late data: the months of changed settlements are deleted and inserted; what a channel settled in
-- a month sets its tier, not what was paid in it.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_months('settlements', 'settled_month')) }}"
    )
}}

with settlements as (
    select
        channel_code,
        {{ month_of('settled_on') }} as settled_month,
        amount_yuan
    from {{ ref('stg_landing__settlements') }}
    where {{ changed_since('settlements', 'business_date', 31) }}
),

volumes as (
    select
        channel_code,
        settled_month,
        {{ last_day_of_month('settled_month') }} as last_of_month,
        cast(sum(amount_yuan) as decimal(38, 2)) as month_amount_yuan
    from settlements
    where {{ changed_months('settlements', 'settled_month') }}
    group by channel_code, settled_month
),

tiered as (
    {{ terms_of_months('settled_month') }}
)

select *
from tiered

-- Late data: the months of changed settlements are deleted and inserted.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_months('settlements', 'settled_month')) }}"
    )
}}

-- An order is settled within a quarter of its payment, or the lag says something else.
with settlements as (
    select
        payment_id,
        channel_code,
        settled_on,
        {{ month_of('settled_on') }} as settled_month
    from {{ ref('stg_landing__settlements') }}
    where
        amount_yuan > 0
        and {{ changed_since('settlements', 'business_date', 31) }}
),

payments as (
    select
        payment_id,
        channel_code,
        paid_on
    from {{ ref('int_payments_matched') }}
    where
        payment_status = 'success'
        and {{ changed_since('settlements', 'paid_on', 31 + 92) }}
)

select
    settlements.channel_code,
    settlements.settled_month,
    count(*) as settled_payments,
    cast(
        sum({{ dbt.datediff('payments.paid_on', 'settlements.settled_on', 'day') }})
        as bigint
    ) as settlement_lag_days
from settlements
inner join payments
    on settlements.payment_id = payments.payment_id
    and settlements.channel_code = payments.channel_code
    and payments.paid_on between settlements.settled_on - 92 and settlements.settled_on
where {{ changed_months('settlements', 'settlements.settled_month') }}
group by settlements.channel_code, settlements.settled_month

{{ config(materialized='view') }}

{% set recent_days = 180 %}

with states as (
    select * from {{ ref('customer_payment_state') }}
),

channel_states as (
    select
        *,
        last_paid_on > {{ as_of() }} - {{ recent_days }} as is_recent
    from {{ ref('customer_channel_state') }}
),

-- Of channels used as often the later: one number orders both.
channels as (
    select
        customer_id,
        count(*) as channels_used,
        count(*) filter (where is_recent) as channels_recent,
        max_by(
            last_paid_on,
            payments * 100000000
            + {{ dbt.datediff("cast('2000-01-01' as date)", 'last_paid_on', 'day') }}
        ) as most_used_last_on
    from channel_states
    group by customer_id
)

select
    states.customer_id,
    channels.channels_used,
    channels.channels_recent,
    {{ dbt.datediff('channels.most_used_last_on', as_of(), 'day') }}
        as days_since_most_used,
    states.payments - states.matched_payments as unbilled_payments,
    states.pay_day_26 + states.pay_day_27 + states.pay_day_28
    + states.pay_day_29 + states.pay_day_30 + states.pay_day_31
        as month_end_payments,
    {{ percent(
        'states.pay_day_26 + states.pay_day_27 + states.pay_day_28'
        ' + states.pay_day_29 + states.pay_day_30 + states.pay_day_31',
        'states.matched_payments',
        'month_end_share_pct'
    ) }}
from states
left join channels on states.customer_id = channels.customer_id

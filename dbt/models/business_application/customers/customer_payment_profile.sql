{% set families = ['counter', 'kiosk', 'bank', 'wechat', 'alipay', 'app', 'other'] %}
{% set bands = ['night', 'morning', 'afternoon', 'evening'] %}
{% set first_day = "cast('2000-01-01' as date)" %}

with states as (
    select * from {{ ref('customer_payment_state') }}
),

channel_states as (
    select * from {{ ref('customer_channel_state') }}
),

channels as (
    select
        *,
        row_number() over (order by channel_code desc nulls last) as place
    from {{ ref('channels') }}
),

-- Most payments first, then the latest, then the alphabet: one number orders all three.
shares as (
    select
        state.customer_id,
        max_by(
            state.channel_code,
            state.payments * 100000000
            + {{ dbt.datediff(first_day, 'state.last_paid_on', 'day') }} * 1000
            + coalesce(channels.place, 0)
        ) as main_channel_code,
        max(state.payments) as main_payments,
        {% for family in families %}
            coalesce(sum(state.payments) filter (
                where channels.channel_family = '{{ family }}'
            ), 0) as {{ family }}_payments,
        {% endfor %}
        coalesce(sum(state.payments) filter (where channels.is_online), 0)
            as online_payments
    from channel_states as state
    left join channels on state.channel_code = channels.channel_code
    group by state.customer_id
),

totals as (
    select
        count(*) as customers,
        cast(sum(payments) as bigint) as payments,
        cast(sum(amount_yuan_sum) as decimal(38, 2)) as amount_yuan
    from states
),

-- Against the mean without a division: who is at the mean exactly is not above it.
judged as (
    select
        states.*,
        states.payments * totals.customers > totals.payments as is_frequent,
        cast(states.amount_yuan_sum as decimal(18, 2))
        * cast(totals.customers as decimal(18, 0)) > totals.amount_yuan as is_large,
        states.payment_days - 1 as gaps,
        states.payments - states.untimed_payments as timed_payments,
        greatest(
            {% for band in bands %}
                states.{{ band }}_payments{{ ',' if not loop.last }}
            {% endfor %}
        ) as most_in_band,
        {{ dbt.datediff('states.first_paid_on', as_of(), 'day') }} + 1 as days_observed,
        {{ dbt.datediff('states.last_paid_on', as_of(), 'day') }} as days_since
    from states
    cross join totals
),

valued as (
    select
        *,
        case
            when is_large and is_frequent then 'high_value'
            when is_large then 'potential'
            when is_frequent then 'mass'
            else 'low_value'
        end as value_group
    from judged
)

select
    valued.customer_id,
    valued.payments,
    cast(valued.amount_yuan_sum as decimal(18, 2)) as amount_yuan,
    {{ quotient('valued.amount_yuan_sum', 'valued.payments', 'mean_amount_yuan') }},
    valued.first_paid_on,
    valued.last_paid_on,
    cast(valued.days_since as bigint) as days_since_last_payment,
    cast(
        cast(30.4375 as double) * valued.payments / greatest(valued.days_observed, 31)
        as decimal(9, 4)
    ) as payments_per_month,
    {{ quotient('valued.gap_days_sum', 'valued.gaps', 'mean_gap_days', 9) }},
    valued.matched_payments as billed_payments,
    cast(
        exp({{ per_unit(1, 'valued.delay_log_sum', 'valued.matched_payments') }}) - 1
        as decimal(9, 2)
    ) as typical_days_from_bill,
    case
        when valued.timed_payments = 0 then null
        when valued.most_in_band = valued.morning_payments then 'morning'
        when valued.most_in_band = valued.afternoon_payments then 'afternoon'
        when valued.most_in_band = valued.evening_payments then 'evening'
        else 'night'
    end as main_hour_band,
    {% for band in bands %}
        {{ percent(
            'valued.' ~ band ~ '_payments', 'valued.timed_payments', band ~ '_share_pct'
        ) }},
    {% endfor %}
    {{ percent('valued.weekend_payments', 'valued.payments', 'weekend_share_pct') }},
    shares.main_channel_code,
    {{ percent('shares.main_payments', 'valued.payments', 'main_channel_share_pct') }},
    {% for family in families %}
        {{ percent(
            'shares.' ~ family ~ '_payments', 'valued.payments', family ~ '_share_pct'
        ) }},
    {% endfor %}
    {{ percent('shares.online_payments', 'valued.payments', 'online_share_pct') }},
    valued.value_group,
    case valued.value_group
        when 'high_value' then '高价值'
        when 'potential' then '潜力'
        when 'mass' then '大众'
        else '低价值'
    end as value_group_zh
from valued
left join shares on valued.customer_id = shares.customer_id

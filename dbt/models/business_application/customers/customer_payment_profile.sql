{% set families = ['counter', 'kiosk', 'bank', 'wechat', 'alipay', 'app', 'other'] %}
{% set first_day = "cast('2000-01-01' as date)" %}

with states as (
    select * from {{ ref('customer_payment_state') }}
),

shares as (
    select
        state.customer_id,
        max_by(
            state.channel_code,
            state.payments * 100000
            + {{ dbt.datediff(first_day, 'state.last_paid_on', 'day') }}
        ) as main_channel_code,
        max(state.payments) as main_payments,
        {% for family in families %}
            coalesce(
                sum(state.payments) filter (
                    where channels.channel_family = '{{ family }}'
                ),
                0
            )
                as {{ family }}_payments,
        {% endfor %}
        coalesce(sum(state.payments) filter (where channels.is_online), 0)
            as online_payments
    from {{ ref('customer_channel_state') }} as state
    left join
        {{ ref('channels') }} as channels
    on state.channel_code = channels.channel_code
    group by state.customer_id
),

means as (
    select
        sum(payments) / nullif(cast(count(*) as double), 0) as mean_payments,
        cast(sum(amount_yuan_sum) as double) / nullif(count(*), 0) as mean_amount_yuan
    from states
),

valued as (
    select
        states.*,
        gap_days_sum / nullif(cast(payment_days - 1 as double), 0) as mean_gap_days,
        {{ dbt.datediff('states.first_paid_on', as_of(), 'day') }} + 1 as days_observed,
        {{ dbt.datediff('states.last_paid_on', as_of(), 'day') }}
            as days_since_last_payment,
        case
            when
                amount_yuan_sum > means.mean_amount_yuan
                and payments > means.mean_payments
                then 'high_value'
            when amount_yuan_sum > means.mean_amount_yuan then 'potential'
            when payments > means.mean_payments then 'mass'
            else 'low_value'
        end as value_group
    from states
    cross join means
)

select
    valued.customer_id,
    valued.payments,
    cast(valued.amount_yuan_sum as decimal(18, 2)) as amount_yuan,
    cast(valued.amount_yuan_sum / valued.payments as decimal(18, 2))
        as mean_amount_yuan,
    valued.first_paid_on,
    valued.last_paid_on,
    cast(valued.days_since_last_payment as bigint) as days_since_last_payment,
    cast(
        30.4375 * valued.payments / greatest(valued.days_observed, 31) as decimal(9, 4)
    ) as payments_per_month,
    cast(valued.mean_gap_days as decimal(9, 2)) as mean_gap_days,
    cast(valued.matched_payments as bigint) as billed_payments,
    cast(
        exp(valued.delay_log_sum / nullif(valued.matched_payments, 0))
        - 1 as decimal(9, 2)
    ) as typical_days_from_bill,
    case
        when valued.untimed_payments = valued.payments then null
        when
            greatest(
                valued.night_payments,
                valued.morning_payments,
                valued.afternoon_payments,
                valued.evening_payments
            )
            = valued.morning_payments
            then 'morning'
        when
            greatest(
                valued.night_payments,
                valued.afternoon_payments,
                valued.evening_payments
            )
            = valued.afternoon_payments
            then 'afternoon'
        when
            greatest(valued.night_payments, valued.evening_payments)
            = valued.evening_payments
            then 'evening'
        else 'night'
    end as main_hour_band,
    {% for band in ['night', 'morning', 'afternoon', 'evening'] %}
        cast(
            100.0
            * valued.{{ band }}_payments
            / nullif(valued.payments - valued.untimed_payments, 0) as decimal(9, 4)
        ) as {{ band }}_share_pct,
    {% endfor %}
    cast(100.0 * valued.weekend_payments / valued.payments as decimal(9, 4))
        as weekend_share_pct,
    shares.main_channel_code,
    cast(100.0 * shares.main_payments / valued.payments as decimal(9, 4))
        as main_channel_share_pct,
    {% for family in families %}
        cast(100.0 * shares.{{ family }}_payments / valued.payments as decimal(9, 4))
            as {{ family }}_share_pct,
    {% endfor %}
    cast(100.0 * shares.online_payments / valued.payments as decimal(9, 4))
        as online_share_pct,
    valued.value_group,
    case valued.value_group
        when 'high_value' then '高价值'
        when 'potential' then '潜力'
        when 'mass' then '大众'
        else '低价值'
    end as value_group_zh
from valued
left join shares on valued.customer_id = shares.customer_id

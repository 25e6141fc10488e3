-- Late data: customers whose change lies before their last payment day are rebuilt from the fact;
-- for the others the new days are added to the sums. Fixed-point sums do not depend on order.
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='customer_id',
        post_hook="{{ delete_vanished_customers() }}"
    )
}}

with changed as (
    select
        customer_id,
        changed_on
    from {{ source('landing', 'changed_customers') }}
),

{% if is_incremental() %}
    appended as (
        select previous.*
        from {{ this }} as previous
        inner join changed on previous.customer_id = changed.customer_id
        where previous.last_paid_on < changed.changed_on
    ),
{% endif %}

payments as (
    select
        fact.*,
        {{ month_place('fact.paid_on') }} as month_place
    from {{ ref('int_payments_matched') }} as fact
    {% if is_incremental() %}
        inner join changed on fact.customer_id = changed.customer_id
        left join appended on fact.customer_id = appended.customer_id
    {% endif %}
    where fact.payment_status = 'success' and fact.amount_yuan > 0
        {% if is_incremental() %}
            and (appended.customer_id is null or fact.paid_on >= changed.changed_on)
        {% endif %}
),

payment_sums as (
    select
        customer_id,
        count(*) as payments,
        sum(amount_yuan) as amount_yuan_sum,
        count(*) filter (where {{ is_weekend('paid_on') }}) as weekend_payments,
        count(*) filter (where hour(paid_at) < 6) as night_payments,
        count(*) filter (where hour(paid_at) >= 6 and hour(paid_at) < 12)
            as morning_payments,
        count(*) filter (where hour(paid_at) >= 12 and hour(paid_at) < 18)
            as afternoon_payments,
        count(*) filter (where hour(paid_at) >= 18) as evening_payments,
        count(*) filter (where paid_at is null) as untimed_payments,
        count(*) filter (where is_first_for_bill and days_from_bill >= 0)
            as matched_payments,
        coalesce(sum({{ delay_log('1') }}), 0) as delay_log_sum,
        coalesce(sum({{ delay_log('2') }}), 0) as delay_log_square_sum,
        {{ delay_bin(0, 1) }} as delay_bin_00,
        {{ delay_bin(1, 2) }} as delay_bin_01,
        {{ delay_bin(2, 3) }} as delay_bin_02,
        {{ delay_bin(3, 4) }} as delay_bin_03,
        {{ delay_bin(4, 6) }} as delay_bin_04,
        {{ delay_bin(6, 9) }} as delay_bin_05,
        {{ delay_bin(9, 13) }} as delay_bin_06,
        {{ delay_bin(13, 18) }} as delay_bin_07,
        {{ delay_bin(18, 24) }} as delay_bin_08,
        {{ delay_bin(24, 32) }} as delay_bin_09,
        {{ delay_bin(32, 46) }} as delay_bin_10,
        {{ delay_bin(46) }} as delay_bin_11,
        {{ pay_day(1) }} as pay_day_01,
        {{ pay_day(2) }} as pay_day_02,
        {{ pay_day(3) }} as pay_day_03,
        {{ pay_day(4) }} as pay_day_04,
        {{ pay_day(5) }} as pay_day_05,
        {{ pay_day(6) }} as pay_day_06,
        {{ pay_day(7) }} as pay_day_07,
        {{ pay_day(8) }} as pay_day_08,
        {{ pay_day(9) }} as pay_day_09,
        {{ pay_day(10) }} as pay_day_10,
        {{ pay_day(11) }} as pay_day_11,
        {{ pay_day(12) }} as pay_day_12,
        {{ pay_day(13) }} as pay_day_13,
        {{ pay_day(14) }} as pay_day_14,
        {{ pay_day(15) }} as pay_day_15,
        {{ pay_day(16) }} as pay_day_16,
        {{ pay_day(17) }} as pay_day_17,
        {{ pay_day(18) }} as pay_day_18,
        {{ pay_day(19) }} as pay_day_19,
        {{ pay_day(20) }} as pay_day_20,
        {{ pay_day(21) }} as pay_day_21,
        {{ pay_day(22) }} as pay_day_22,
        {{ pay_day(23) }} as pay_day_23,
        {{ pay_day(24) }} as pay_day_24,
        {{ pay_day(25) }} as pay_day_25,
        {{ pay_day(26) }} as pay_day_26,
        {{ pay_day(27) }} as pay_day_27,
        {{ pay_day(28) }} as pay_day_28,
        {{ pay_day(29) }} as pay_day_29,
        {{ pay_day(30) }} as pay_day_30,
        {{ pay_day(31) }} as pay_day_31
    from payments
    group by customer_id
),

payment_days as (
    select
        customer_id,
        paid_on,
        sum(amount_yuan) as amount_yuan,
        true as is_new
    from payments
    group by customer_id, paid_on
    {% if is_incremental() %}
        union all
        select
            customer_id,
            last_paid_on,
            last_amount_yuan,
            false
        from appended
    {% endif %}
),

gaps as (
    select
        *,
        lag(amount_yuan) over (partition by customer_id order by paid_on nulls last)
            as gap_amount_yuan,
        {{ dbt.datediff(
            'lag(paid_on) over (partition by customer_id order by paid_on nulls last)',
            'paid_on',
            'day'
        ) }} as gap_days
    from payment_days
),

day_sums as (
    select
        customer_id,
        count(*) filter (where is_new) as payment_days,
        coalesce(sum(gap_days), 0) as gap_days_sum,
        coalesce(sum({{ fixed('ln(gap_days)') }}), 0) as gap_log_sum,
        coalesce(sum({{ fixed('ln(gap_days) * ln(gap_days)') }}), 0)
            as gap_log_square_sum,
        coalesce(sum({{ fixed('cast(1 as double) / nullif(gap_days, 0)') }}), 0)
            as gap_inverse_sum,
        coalesce(sum(gap_amount_yuan), 0) as gap_amount_sum,
        coalesce(
            sum({{ fixed(
                'power(cast(gap_amount_yuan as double), 2) / nullif(gap_days, 0)'
            ) }}), 0
        ) as gap_amount_square_per_day_sum,
        min(paid_on) filter (where is_new) as first_paid_on,
        max(paid_on) as last_paid_on,
        max_by(amount_yuan, paid_on) as last_amount_yuan,
        max_by(gap_days, paid_on) as last_gap_days
    from gaps
    group by customer_id
),

parts as (
    select
        {{ state_columns('payment_sums', 'day_sums') }}
    from payment_sums
    inner join day_sums on payment_sums.customer_id = day_sums.customer_id
    {% if is_incremental() %}
        union all
        select {{ state_columns('appended', 'appended') }}
        from appended
    {% endif %}
)

select
    customer_id,
    {% for column in state_sums() %}
        cast({{ merged('sum', column.name) }} as {{ column.type }})
            as {{ column.name }},
    {% endfor %}
    {{ merged('min', 'first_paid_on') }} as first_paid_on,
    {{ merged('max', 'last_paid_on') }} as last_paid_on,
    cast({{ merged_last('last_amount_yuan') }} as decimal(18, 2)) as last_amount_yuan,
    cast({{ merged_last('last_gap_days') }} as int) as last_gap_days
from parts
{% if is_incremental() %}
    group by customer_id
{% endif %}

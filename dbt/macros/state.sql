{# The additive columns of customer_payment_state, in order, with the types they are kept in. #}
{% macro state_sums() %}
    {{ return([
        {'name': 'payments', 'type': 'bigint', 'of': 'payments'},
        {'name': 'amount_yuan_sum', 'type': 'decimal(38,2)', 'of': 'payments'},
        {'name': 'weekend_payments', 'type': 'bigint', 'of': 'payments'},
        {'name': 'night_payments', 'type': 'bigint', 'of': 'payments'},
        {'name': 'morning_payments', 'type': 'bigint', 'of': 'payments'},
        {'name': 'afternoon_payments', 'type': 'bigint', 'of': 'payments'},
        {'name': 'evening_payments', 'type': 'bigint', 'of': 'payments'},
        {'name': 'untimed_payments', 'type': 'bigint', 'of': 'payments'},
        {'name': 'matched_payments', 'type': 'bigint', 'of': 'payments'},
        {'name': 'delay_log_sum', 'type': 'decimal(38,12)', 'of': 'payments'},
        {'name': 'delay_log_square_sum', 'type': 'decimal(38,12)', 'of': 'payments'},
        {'name': 'delay_bin_00', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_01', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_02', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_03', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_04', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_05', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_06', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_07', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_08', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_09', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_10', 'type': 'int', 'of': 'payments'},
        {'name': 'delay_bin_11', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_01', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_02', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_03', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_04', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_05', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_06', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_07', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_08', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_09', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_10', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_11', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_12', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_13', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_14', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_15', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_16', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_17', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_18', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_19', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_20', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_21', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_22', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_23', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_24', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_25', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_26', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_27', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_28', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_29', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_30', 'type': 'int', 'of': 'payments'},
        {'name': 'pay_day_31', 'type': 'int', 'of': 'payments'},
        {'name': 'payment_days', 'type': 'bigint', 'of': 'days'},
        {'name': 'gap_days_sum', 'type': 'bigint', 'of': 'days'},
        {'name': 'gap_log_sum', 'type': 'decimal(38,12)', 'of': 'days'},
        {'name': 'gap_log_square_sum', 'type': 'decimal(38,12)', 'of': 'days'},
        {'name': 'gap_inverse_sum', 'type': 'decimal(38,12)', 'of': 'days'},
        {'name': 'gap_amount_sum', 'type': 'decimal(38,2)', 'of': 'days'},
        {'name': 'gap_amount_square_per_day_sum', 'type': 'decimal(38,12)', 'of': 'days'},
    ]) }}
{% endmacro %}

{% macro state_columns(payments, days) %}
    {{ payments }}.customer_id,
    {% for column in state_sums() %}
        {{ payments if column.of == 'payments' else days }}.{{ column.name }},
    {% endfor %}
    {{ days }}.first_paid_on,
    {{ days }}.last_paid_on,
    {{ days }}.last_amount_yuan,
    {{ days }}.last_gap_days
{% endmacro %}

{# Fixed point: sums of decimals are exact, so they do not depend on the order of the terms. #}
{% macro fixed(expression) -%}
    cast({{ expression }} as decimal(38,12))
{%- endmacro %}

{# Power of ln(1 + days from bill) of a bill's first payment; null for every other payment. #}
{% macro delay_log(power) -%}
    case
        when is_first_for_bill and days_from_bill >= 0
            then {{ fixed('power(ln(1 + days_from_bill), ' ~ power ~ ')') }}
    end
{%- endmacro %}

{# A column over the parts of a customer's state; a full build has one part each, and is spared
   the grouping of all customers by seventy sums. #}
{% macro merged(function, column) -%}
    {{ function ~ '(' ~ column ~ ')' if is_incremental() else column }}
{%- endmacro %}

{# The same for what the last payment day says. #}
{% macro merged_last(column) -%}
    {{ 'max_by(' ~ column ~ ', last_paid_on)' if is_incremental() else column }}
{%- endmacro %}

{# Customers all of whose payments were withdrawn have no state. #}
{% macro delete_vanished_customers() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where customer_id in (
            select changed.customer_id
            from {{ source('landing', 'changed_customers') }} as changed
            where not exists (
                select 1
                from {{ ref('int_payments_matched') }} as fact
                where fact.customer_id = changed.customer_id
                    and fact.payment_status = 'success' and fact.amount_yuan > 0
            )
        )
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{# Bills first paid from `first` to before `next` days after their issue: one bin of the histogram of
   a customer's delays, fine where habits differ, coarse where only arrears lie. #}
{% macro delay_bin(first, next=none) -%}
    count(*) filter (
        where is_first_for_bill and days_from_bill >= {{ first }}
        {%- if next %} and days_from_bill < {{ next }}{% endif %}
    )
{%- endmacro %}

{# First payments of bills on one day of the month; the last days are numbered from its end. #}
{% macro pay_day(number) -%}
    count(*) filter (
        where is_first_for_bill and days_from_bill >= 0 and month_place = {{ number }}
    )
{%- endmacro %}

{# Day of the month as a payer means it: the last days are numbered from the month's end (31). #}
{% macro month_place(day) -%}
    case
        when day({{ day }}) <= 25 then day({{ day }})
        else 31 - day(cast({{ dbt.last_day(day, 'month') }} as date)) + day({{ day }})
    end
{%- endmacro %}

{# Weight of a payment that halves with every half-life of its age: kept against a fixed day, so that
   sums stay additive; multiply by 2^(-(today - 2020-01-01) / half-life) for today's weight. #}
{% macro recency_weight(day) -%}
    power(2.0, cast({{ dbt.datediff("cast('2020-01-01' as date)", day, 'day') }} as double) / {{ var('channel_half_life_days') }}.0)
{%- endmacro %}

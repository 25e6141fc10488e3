{# The declared today: never the wall clock. #}
{% macro as_of() -%}
    (select max(declared.as_of) from {{ source('landing', 'declared_day') }} as declared)
{%- endmacro %}

{% macro month_of(day) -%}
    cast({{ dbt.date_trunc('month', day) }} as date)
{%- endmacro %}

{% macro quarter_of(day) -%}
    cast({{ dbt.date_trunc('quarter', day) }} as date)
{%- endmacro %}

{% macro last_day_of_month(day) -%}
    cast({{ dbt.last_day(day, 'month') }} as date)
{%- endmacro %}

{# Saturday or Sunday; the engines number the days of the week differently. #}
{% macro is_weekend(day) -%}
    {{ return(adapter.dispatch('is_weekend', 'jiaofei')(day)) }}
{%- endmacro %}

{% macro duckdb__is_weekend(day) -%}
    dayofweek({{ day }}) in (0, 6)
{%- endmacro %}

{% macro spark__is_weekend(day) -%}
    dayofweek({{ day }}) in (1, 7)
{%- endmacro %}

{# The declared today: variable `as_of`, else the day of the newest delivery. #}
{% macro as_of() -%}
    {%- if var('as_of') -%}
        cast('{{ var("as_of") }}' as date)
    {%- else -%}
        (select max(ledger.delivered_on) from {{ source('landing', 'delivery_ledger') }} as ledger)
    {%- endif -%}
{%- endmacro %}

{% macro month_of(day) -%}
    cast({{ dbt.date_trunc('month', day) }} as date)
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

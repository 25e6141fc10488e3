{# What dbt's own macros get wrong on one of the engines; the dispatch finds these first. #}

{# On Spark dbt's own gives null for time without a zone, so an incremental filter takes no row. #}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    timestampadd({{ datepart }}, {{ interval }}, {{ from_date_or_timestamp }})
{%- endmacro %}

{% macro spark__last_day(date, datepart) -%}
    {%- if datepart == 'month' -%}
        last_day({{ date }})
    {%- else -%}
        cast({{ dbt.dateadd('day', '-1', dbt.dateadd(datepart, '1', dbt.date_trunc(datepart, date))) }} as date)
    {%- endif -%}
{%- endmacro %}

{# dbt's own is a plain cast, which fails on the first bad value. #}
{% macro duckdb__safe_cast(field, type) -%}
    try_cast({{ field }} as {{ type }})
{%- endmacro %}

{% macro spark__safe_cast(field, type) -%}
    try_cast({{ field }} as {{ type }})
{%- endmacro %}

{# dbt's own skips nulls on DuckDB and is null on Spark: here a null is the empty text on both. #}
{% macro duckdb__concat(fields) -%}
    {{ concat_of_texts(fields) }}
{%- endmacro %}

{% macro spark__concat(fields) -%}
    {{ concat_of_texts(fields) }}
{%- endmacro %}

{% macro concat_of_texts(fields) -%}
    concat(
        {%- for field in fields -%}
            coalesce(cast({{ field }} as string), ''){{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

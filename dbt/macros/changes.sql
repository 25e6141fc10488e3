{# What an incremental model has to recompute: days as literals, so that files and row groups of
   other days are never opened. On a full build everything: `1 = 1`. #}
{% macro changed_days(source_name, column) -%}
    {%- if not (execute and is_incremental()) -%}
        1 = 1
    {%- else -%}
        {{ day_predicate(source_name, column) }}
    {%- endif -%}
{%- endmacro %}

{% macro day_predicate(source_name, column) -%}
    {%- if not execute -%}
        1 = 1
    {%- else -%}
        {%- set days = changed_day_list(source_name) -%}
        {%- if days | length == 0 -%}
            1 = 0
        {%- elif days | length > 400 -%}
            {{ column }} between {{ as_date(days[0]) }} and {{ as_date(days[-1]) }}
            and {{ column }} in (
                select changed.business_date
                from {{ landing('changed_days') }} as changed
                where changed.source = '{{ source_name }}'
            )
        {%- else -%}
            {{ column }} in (
                {%- for day in days -%}{{ as_date(day) }}{{ ', ' if not loop.last }}{%- endfor -%}
            )
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# Rows from `days_before` days before the first changed day on; everything on a full build. #}
{% macro changed_since(source_name, column, days_before=0) -%}
    {%- if not (execute and is_incremental()) -%}
        1 = 1
    {%- else -%}
        {%- set days = changed_day_list(source_name) -%}
        {%- if days | length == 0 -%}
            1 = 0
        {%- else -%}
            {{ column }} >= {{ as_date(days[0] - modules.datetime.timedelta(days=days_before)) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# First days of the months that a changed payment can alter: its own and `months_after` later ones. #}
{% macro changed_months(source_name, column, months_after=0) -%}
    {%- if not (execute and is_incremental()) -%}
        1 = 1
    {%- else -%}
        {{ is_one_of_months(changed_month_list(source_name, months_after), column) }}
    {%- endif -%}
{%- endmacro %}

{# Months of issue whose bills can look otherwise: those of changed bills, and those of bills of a
   changed customer since the change. #}
{% macro changed_bill_month_list() %}
    {% set query %}
        select distinct {{ month_of('bills.issued_on') }} as issued_month
        from {{ ref('stg_landing__bills') }} as bills
        inner join {{ landing('changed_customers') }} as changed
            on bills.customer_id = changed.customer_id and bills.issued_on >= changed.changed_on
    {% endset %}
    {% set months = changed_month_list('bills', 0) %}
    {% do months.extend(run_query(query).columns[0].values()) %}
    {{ return(months | unique | sort) }}
{% endmacro %}

{# Whether a month is one of the list; `day` is a day of it, whose bound spares earlier ones the scan. #}
{% macro is_one_of_months(months, month, day=none) -%}
    {%- if months | length == 0 -%}
        1 = 0
    {%- else -%}
        {%- if day %}{{ day }} >= {{ as_date(months[0]) }} and {% endif -%}
        {{ month }} in (
            {%- for first in months -%}{{ as_date(first) }}{{ ', ' if not loop.last }}{%- endfor -%}
        )
    {%- endif -%}
{%- endmacro %}

{# Months of issue to sum anew; everything on a full build. #}
{% macro months_of_changed_bills(month, day=none) -%}
    {%- if not (execute and is_incremental()) -%}
        1 = 1
    {%- else -%}
        {{ is_one_of_months(changed_bill_month_list(), month, day) }}
    {%- endif -%}
{%- endmacro %}

{# The changed months for tests, which run after full and incremental builds alike: the months, and
   all rows from the first of them on. #}
{% macro tested_months(source_name, column) -%}
    {{ is_one_of_months(changed_month_list(source_name, 0) if execute else [], column) }}
{%- endmacro %}

{% macro tested_since(source_name, column) -%}
    {%- set months = changed_month_list(source_name, 0) if execute else [] -%}
    {{ column ~ ' >= ' ~ as_date(months[0]) if months else '1 = 0' }}
{%- endmacro %}

{% macro changed_day_list(source_name) %}
    {% set query %}
        select distinct changed.business_date
        from {{ landing('changed_days') }} as changed
        where changed.source = '{{ source_name }}'
        order by changed.business_date
    {% endset %}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}

{% macro changed_month_list(source_name, months_after) %}
    {% set months = [] %}
    {% for day in changed_day_list(source_name) %}
        {% for offset in range(months_after + 1) %}
            {% set number = day.year * 12 + day.month - 1 + offset %}
            {% set month = modules.datetime.date(number // 12, number % 12 + 1, 1) %}
            {% if month not in months %}{% do months.append(month) %}{% endif %}
        {% endfor %}
    {% endfor %}
    {{ return(months | sort) }}
{% endmacro %}

{% macro as_date(day) -%}
    cast('{{ day }}' as date)
{%- endmacro %}

{# Replace-by-day without MERGE: the changed days leave before they are inserted again. #}
{% macro delete_changed(predicate) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where {{ predicate }}
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{# Replace-by-customer without MERGE. #}
{% macro delete_changed_customers() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where customer_id in (
            select changed.customer_id from {{ landing('changed_customers') }} as changed
        )
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{# A day costs a day in tests too: `where: changed_days:<source>:<column>` and
   `where: changed_customers` test only what the last build can have touched. #}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where', '') -%}
    {%- if not where -%}
        {{ relation }}
    {%- elif where.startswith('changed_days:') -%}
        {%- set words = where.split(':') -%}
        (select * from {{ relation }} where {{ day_predicate(words[1], words[2]) }}) as tested
    {%- elif where == 'changed_customers' -%}
        (
            select * from {{ relation }}
            where
                customer_id in (
                    select changed.customer_id from {{ landing('changed_customers') }} as changed
                )
                or not exists (select 1 from {{ landing('changed_customers') }})
        ) as tested
    {%- else -%}
        (select * from {{ relation }} where {{ where }}) as tested
    {%- endif -%}
{%- endmacro %}

{# The landed table without a dependency: tests must not draw edges of their own. #}
{% macro landing(table) -%}
    {{ api.Relation.create(schema='landing', identifier=table) }}
{%- endmacro %}

{# A measure of a published aggregate: null where the cell holds too few customers to be shown. #}
{% macro unless_small(expression, type, name=none) -%}
    cast(case when not is_small_cell then {{ expression }} end as {{ type }}) as {{ name or expression }}
{%- endmacro %}

{# `factor` times a part of a whole, as double on every engine; empty where there is no whole. #}
{% macro per_unit(factor, part, whole) -%}
    {{ factor }} * cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0)
{%- endmacro %}

{# A share in percent, hidden in small cells, empty where nothing is counted. #}
{% macro share(part, whole, name) -%}
    {{ unless_small(per_unit(100, part, whole), 'decimal(9,4)', name) }}
{%- endmacro %}

{# A measure per unit of another, hidden in small cells, empty where there is no unit. #}
{% macro ratio(factor, part, whole, name) -%}
    {{ unless_small(per_unit(factor, part, whole), 'decimal(18,4)', name) }}
{%- endmacro %}

{# The reasons whose condition holds, one after the other; null where none does. #}
{% macro reasons(cases, name) -%}
    nullif(concat(
        {%- for condition, reason in cases -%}
            case when {{ condition }} then '{{ reason }}; ' else '' end{{ ', ' if not loop.last }}
        {%- endfor -%}
    ), '') as {{ name }}
{%- endmacro %}

{# A share in percent of a customer's own figures; nothing is hidden. #}
{% macro percent(part, whole, name) -%}
    cast({{ per_unit(100, part, whole) }} as decimal(9, 4)) as {{ name }}
{%- endmacro %}

{# A mean to two places of a customer's own figures; empty where nothing is counted. #}
{% macro quotient(sum, count, name, width=18) -%}
    cast({{ per_unit(1, sum, count) }} as decimal({{ width }}, 2)) as {{ name }}
{%- endmacro %}

{# What a contract charges for one payment: rate within floor and cap, rounded to 0.01 yuan. #}
{% macro commission(amount, terms) -%}
    cast(round(least(
        coalesce({{ terms }}.cap_yuan, cast(999999999 as decimal(18, 4))),
        greatest(
            coalesce({{ terms }}.floor_yuan, cast(0 as decimal(18, 4))),
            {{ amount }} * {{ terms }}.rate_pct * cast(0.01 as decimal(3, 2))
        )
    ), 2) as decimal(18, 2))
{%- endmacro %}

{# A measure of a published aggregate: null where the cell holds too few customers to be shown. #}
{% macro unless_small(expression, type, name=none) -%}
    cast(case when not is_small_cell then {{ expression }} end as {{ type }}) as {{ name or expression }}
{%- endmacro %}

{# A share in percent, hidden in small cells, empty where nothing is counted. #}
{% macro share(part, whole, name) -%}
    {{ unless_small('100.0 * ' ~ part ~ ' / nullif(' ~ whole ~ ', 0)', 'decimal(9,4)', name) }}
{%- endmacro %}

{# A measure per unit of another, hidden in small cells, empty where there is no unit. #}
{% macro ratio(factor, part, whole, name) -%}
    {{ unless_small(
        factor ~ '.0 * ' ~ part ~ ' / nullif(' ~ whole ~ ', 0)', 'decimal(18,4)', name
    ) }}
{%- endmacro %}

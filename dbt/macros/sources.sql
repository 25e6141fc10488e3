{# Whether anything of a source was ever delivered: without it a count is unknown, not zero. #}
{% macro is_delivered(source_name) -%}
    exists (
        select 1
        from {{ ref('int_sources_delivered') }} as delivered
        where delivered.source = '{{ source_name }}'
    )
{%- endmacro %}

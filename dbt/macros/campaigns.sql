{# 1 where a customer's bill of that number after assignment was paid through the target channel, 0
   where it was not, empty where it is not mature. #}
{% macro target_bill(number) -%}
    max(case
        when bill_number = {{ number }} and is_mature
            then if(settled_channel_code = target_channel_code, 1, 0)
    end) as target_bill_{{ number }}
{%- endmacro %}

{# Sums of the variables and of all their products over units whose outcome is known; exact, so that
   they do not depend on the order of the terms. #}
{% macro sums_of_products(variables) -%}
    {%- set terms = [] -%}
    {%- for a in variables -%}
        {%- do terms.append((a, 'sum_' ~ a)) -%}
        {%- for b in variables[loop.index0:] -%}
            {%- do terms.append((a ~ ' * ' ~ b, 'sum_' ~ a ~ '_' ~ b)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for term, name in terms -%}
        cast(sum({{ fixed(term) }}) filter (where m is not null) as double) as {{ name }}
        {{- ', ' if not loop.last }}
    {% endfor %}
{%- endmacro %}

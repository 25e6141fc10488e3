{# Customers whose moves have to be found anew. #}
{% macro is_changed_customer(customer) -%}
    {{ customer }} in (
        select changed.customer_id from {{ source('landing', 'changed_customers') }} as changed
    )
{%- endmacro %}

{# Months whose fees can have changed: of changed payments, whose sum sets a month's tier, and of
   payments that changed settlements may settle, up to a month later. #}
{% macro repriced_months(column) -%}
    {%- if not (execute and is_incremental()) -%}
        1 = 1
    {%- else -%}
        {%- set months = changed_month_list('payments', 0) -%}
        {%- for month in changed_month_list('settlements', 0) -%}
            {%- set number = month.year * 12 + month.month - 1 -%}
            {%- for of in [number - 1, number] -%}
                {%- do months.append(modules.datetime.date(of // 12, of % 12 + 1, 1)) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if months | length == 0 -%}
            1 = 0
        {%- else -%}
            {{ column }} in (
                {%- for month in months | unique | sort -%}
                    {{ as_date(month) }}{{ ', ' if not loop.last }}
                {%- endfor -%}
            )
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The rows of changed customers and of repriced months leave before they are inserted again. #}
{% macro delete_repriced() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where {{ repriced_months('paid_month') }} or {{ is_changed_customer('customer_id') }}
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{# What a channel charges for one payment: by its terms of the day; nothing where it never had a
   contract; empty where its contract has no terms for the day. #}
{% macro fee_by_terms(payments, terms, contracted) -%}
    case
        when {{ terms }}.contract_id is not null
            then {{ commission(payments ~ '.amount_yuan', terms) }} + {{ terms }}.fixed_fee_yuan
        when {{ contracted }}.channel_code is null
            then 0
    end
{%- endmacro %}

{# The bill of that number since the move, and all before it, went through the new channel; unknown
   until so many bills have been paid, unless the customer has left before. #}
{% macro still_there(moves, bills) -%}
    case
        when {{ moves }}.bills_there >= {{ bills }} then true
        when {{ moves }}.relapsed_on is not null then false
    end
{%- endmacro %}

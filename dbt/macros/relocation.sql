{# Customers whose moves have to be found anew. #}
{% macro is_changed_customer(customer) -%}
    {{ customer }} in (
        select changed.customer_id from {{ source('landing', 'changed_customers') }} as changed
    )
{%- endmacro %}

{% macro is_repriced(month, day=none) -%}
    {%- if execute and is_incremental() -%}
        {{ is_one_of_months(repriced_month_list(), month, day) }}
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# Months whose fees can have changed: of changed payments, whose sum sets a month's tier, and of
   payments that changed settlements may settle, up to a month later. #}
{% macro repriced_month_list() %}
    {%- set months = changed_month_list('payments', 0) -%}
    {%- for month in changed_month_list('settlements', 0) -%}
        {%- set number = month.year * 12 + month.month - 1 -%}
        {%- for of in [number - 1, number] -%}
            {%- do months.append(modules.datetime.date(of // 12, of % 12 + 1, 1)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(months | unique | sort) }}
{% endmacro %}

{# Rows of moves that are no longer found, or that now begin, end or lead elsewhere, leave. #}
{% macro delete_altered_moves() -%}
    {%- if execute and is_incremental() -%}
        delete from {{ this }} as kept
        where
            {{ is_changed_customer('kept.customer_id') }}
            and not exists (
                select 1
                from {{ this.schema }}.customer_channel_moves as moves
                where
                    moves.customer_id = kept.customer_id
                    and moves.first_bill_number = kept.first_bill_number
                    and moves.from_channel_code = kept.from_channel_code
                    and moves.to_channel_code = kept.to_channel_code
                    and moves.moved_on = kept.moved_on
                    and coalesce(moves.relapsed_on, cast('9999-12-31' as date))
                    = kept.last_there_on
            )
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{# An order is settled on the day of its payment or later, so only settlements since the first
   repriced month can belong to a payment of such a month. #}
{% macro is_settled_late() -%}
    {%- set months = repriced_month_list() if execute and is_incremental() else [] -%}
    {{ 'business_date >= ' ~ as_date(months[0]) if months else '1 = 1' }}
{%- endmacro %}

{# Payments through the new channel while a customer is there, of the days of the condition, with
   the fee that was settled: one row an order and channel, the key of their contract. #}
{% macro payments_there(moves, condition, settled_condition='1 = 1') -%}
    select
        {{ moves }}.customer_id,
        {{ moves }}.first_bill_number,
        {{ moves }}.from_channel_code,
        fact.channel_code,
        fact.paid_on,
        fact.amount_yuan,
        {{ month_of('fact.paid_on') }} as paid_month,
        settlements.payment_id is not null as is_settled,
        settlements.fee_yuan as settled_fee_yuan
    from {{ ref('int_payments_matched') }} as fact
    inner join {{ moves }}
        on fact.customer_id = {{ moves }}.customer_id
        and fact.channel_code = {{ moves }}.to_channel_code
        and fact.paid_on between {{ moves }}.moved_on and {{ moves }}.last_there_on
    left join (
        select
            payment_id,
            channel_code,
            fee_yuan
        from {{ ref('stg_landing__settlements') }}
        where amount_yuan > 0 and {{ settled_condition }}
    ) as settlements
        on fact.payment_id = settlements.payment_id
        and fact.channel_code = settlements.channel_code
    where
        fact.payment_status = 'success'
        and fact.amount_yuan > 0
        and {{ condition }}
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

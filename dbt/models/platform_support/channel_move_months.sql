-- Late data: the months of changed payments, those that changed settlements may settle and the
-- months of changed customers are deleted and inserted.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_repriced() }}"
    )
}}

{% set sides = {'there': 'channel_code', 'before': 'from_channel_code'} %}

with moves as (
    select
        customer_id,
        first_bill_number,
        from_channel_code,
        to_channel_code,
        moved_on,
        coalesce(relapsed_on, cast('9999-12-31' as date)) as last_there_on
    from {{ ref('customer_channel_moves') }}
),

payments as (
    select
        moves.customer_id,
        moves.first_bill_number,
        moves.from_channel_code,
        fact.payment_id,
        fact.channel_code,
        fact.paid_on,
        fact.amount_yuan,
        {{ month_of('fact.paid_on') }} as paid_month
    from {{ ref('int_payments_matched') }} as fact
    inner join moves
        on fact.customer_id = moves.customer_id
        and fact.channel_code = moves.to_channel_code
        and fact.paid_on between moves.moved_on and moves.last_there_on
    where
        fact.payment_status = 'success' and fact.amount_yuan > 0
        and (
            {{ repriced_months(month_of('fact.paid_on')) }}
            {% if is_incremental() %}
                or {{ is_changed_customer('fact.customer_id') }}
            {% endif %}
        )
),

terms as (
    select * from {{ ref('channel_terms') }}
),

contracted as (
    select distinct channel_code from terms
),

costs as (
    select
        *,
        coalesce(valid_to, cast('9999-12-31' as date)) as last_valid_on
    from {{ ref('channel_costs') }}
),

-- One row an order and channel: the key of their contract.
settlements as (
    select
        payment_id,
        channel_code,
        fee_yuan
    from {{ ref('stg_landing__settlements') }}
    where amount_yuan > 0
),

priced as (
    select
        payments.customer_id,
        payments.first_bill_number,
        payments.paid_month,
        settlements.payment_id is not null as is_settled,
        coalesce(
            settlements.fee_yuan, {{ fee_by_terms('payments', 'terms_there', 'there') }}
        ) as fee_yuan,
        {{ fee_by_terms('payments', 'terms_before', 'before') }}
            as fee_before_yuan,
        costs_before.handling_cost_yuan - costs_there.handling_cost_yuan
            as handling_saved_yuan
    from payments
    left join settlements
        on payments.payment_id = settlements.payment_id
        and payments.channel_code = settlements.channel_code
    {% for side, channel in sides.items() %}
        left join contracted as {{ side }}
            on payments.{{ channel }} = {{ side }}.channel_code
        left join terms as terms_{{ side }}
            on payments.{{ channel }} = terms_{{ side }}.channel_code
            and payments.paid_month = terms_{{ side }}.paid_month
            and payments.paid_on >= terms_{{ side }}.valid_from
            and payments.paid_on <= terms_{{ side }}.valid_to
        left join costs as costs_{{ side }}
            on payments.{{ channel }} = costs_{{ side }}.channel_code
            and payments.paid_on >= costs_{{ side }}.valid_from
            and payments.paid_on <= costs_{{ side }}.last_valid_on
    {% endfor %}
)

select
    customer_id,
    first_bill_number,
    paid_month,
    count(*) as payments,
    count(*) filter (where is_settled) as settled_payments,
    count(*) filter (where fee_yuan is null or fee_before_yuan is null)
        as unpriced_payments,
    count(*) filter (where handling_saved_yuan is null) as unhandled_payments,
    cast(sum(fee_before_yuan - fee_yuan) as decimal(38, 4)) as fee_saved_yuan,
    cast(sum(handling_saved_yuan) as decimal(38, 4)) as handling_saved_yuan
from priced
group by customer_id, first_bill_number, paid_month

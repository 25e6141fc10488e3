-- Late data: the months of changed payments and those that changed settlements may settle are
-- deleted and inserted, and so are all months of moves that are new or other than they were.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook=[
            "{{ delete_changed(is_repriced('paid_month')) }}",
            "{{ delete_altered_moves() }}"
        ]
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

{% if is_incremental() %}
    fresh as (
        select *
        from moves
        where
            {{ is_changed_customer('moves.customer_id') }}
            and not exists (
                select 1
                from {{ this }} as kept
                where
                    kept.customer_id = moves.customer_id
                    and kept.first_bill_number = moves.first_bill_number
            )
    ),

    payments as (
        {{ payments_there(
            'moves', is_repriced(month_of('fact.paid_on'), 'fact.paid_on'), is_settled_late()
        ) }}
        union all
        {{ payments_there(
            'fresh', 'not (' ~ is_repriced(month_of('fact.paid_on')) ~ ')'
        ) }}
    ),
{% else %}
    payments as (
        {{ payments_there('moves', '1 = 1') }}
    ),
{% endif %}

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

priced as (
    select
        payments.customer_id,
        payments.first_bill_number,
        payments.paid_month,
        payments.is_settled,
        coalesce(
            payments.settled_fee_yuan,
            {{ fee_by_terms('payments', 'terms_there', 'there') }}
        ) as fee_yuan,
        {{ fee_by_terms('payments', 'terms_before', 'before') }}
            as fee_before_yuan,
        costs_before.handling_cost_yuan - costs_there.handling_cost_yuan
            as handling_saved_yuan
    from payments
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
),

summed as (
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
)

select
    summed.*,
    moves.from_channel_code,
    moves.to_channel_code,
    moves.moved_on,
    moves.last_there_on
from summed
inner join moves
    on summed.customer_id = moves.customer_id
    and summed.first_bill_number = moves.first_bill_number

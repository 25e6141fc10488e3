-- Late data: the months of changed payments and the four after them, whose look-back may reach
-- a changed payment, are deleted and inserted.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_months('payments', 'paid_month', 4)) }}"
    )
}}

with payments as (
    select
        *,
        {{ month_of('paid_on') }} as paid_month
    from {{ ref('int_payments_matched') }}
    where {{ changed_since('payments', 'paid_on', 31 + (var('look_back_days') | int)) }}
),

followed as (
    select
        *,
        lag(channel_code) over customer_payments as previous_channel_code,
        lag(paid_on) over customer_payments as previous_paid_on
    from payments
    where payment_status = 'success'
    window
        customer_payments as (
            partition by customer_id
            order by paid_on nulls last, paid_at nulls first, payment_id nulls last
        )
    union all
    select
        *,
        cast(null as string),
        cast(null as date)
    from payments
    where payment_status <> 'success'
),

priced as (
    select
        followed.channel_code,
        followed.paid_month,
        followed.region_code,
        followed.customer_type,
        followed.customer_id,
        followed.payment_status,
        followed.payment_status = 'success' as is_success,
        followed.amount_yuan,
        followed.is_on_time,
        followed.days_from_bill,
        terms.fixed_fee_yuan,
        if(
            terms.contract_id is not null,
            {{ commission('followed.amount_yuan', 'terms') }},
            null
        ) as commission_yuan,
        costs.handling_cost_yuan,
        if(
            followed.previous_paid_on >= followed.paid_on - {{ var('look_back_days') }},
            followed.previous_channel_code, null
        ) as previous_channel_code
    from followed
    left join {{ ref('channel_terms') }} as terms
        on followed.channel_code = terms.channel_code
        and followed.paid_month = terms.paid_month
        and followed.paid_on between terms.valid_from and terms.valid_to
    left join {{ ref('channel_costs') }} as costs
        on followed.channel_code = costs.channel_code
        and followed.paid_on >= costs.valid_from
        and followed.paid_on <= coalesce(costs.valid_to, cast('9999-12-31' as date))
    where {{ changed_months('payments', 'followed.paid_month', 4) }}
),

cells as (
    select
        channel_code,
        paid_month,
        region_code,
        customer_type,
        count(*) as attempts,
        count(*) filter (where is_success) as payments,
        count(*) filter (where payment_status = 'failed') as failed_payments,
        count(*) filter (where payment_status = 'reversed') as reversed_payments,
        cast(coalesce(sum(amount_yuan) filter (where is_success), 0) as decimal(38, 2))
            as amount_yuan,
        cast(sum(commission_yuan) filter (where is_success) as decimal(38, 2))
            as commission_yuan,
        cast(sum(fixed_fee_yuan) filter (where is_success) as decimal(38, 4))
            as fixed_fee_yuan,
        cast(sum(handling_cost_yuan) filter (where is_success) as decimal(38, 4))
            as handling_cost_yuan,
        count(*) filter (where is_success and is_on_time is not null) as due_payments,
        count(*) filter (where is_success and is_on_time) as on_time_payments,
        count(*) filter (where is_success and days_from_bill >= 0) as billed_payments,
        cast(coalesce(
            sum(days_from_bill) filter (where is_success and days_from_bill >= 0), 0
        ) as bigint) as days_from_bill_sum,
        count(*) filter (where previous_channel_code = channel_code)
            as returned_payments,
        count(*) filter (where previous_channel_code <> channel_code)
            as converted_payments
    from priced
    group by all
),

customers as (
    select
        channel_code,
        paid_month,
        region_code,
        customer_type,
        count(distinct customer_id) as customers
    from priced
    where is_success
    group by all
),

origins as (
    select
        previous_channel_code as channel_code,
        paid_month,
        region_code,
        customer_type,
        count(*) as followed_payments
    from priced
    where previous_channel_code is not null
    group by all
)

select
    cells.*,
    coalesce(customers.customers, 0) as customers,
    coalesce(origins.followed_payments, 0) as followed_payments,
    cast(sum(cells.returned_payments + cells.converted_payments) over (
        partition by cells.paid_month, cells.region_code, cells.customer_type
    ) as bigint) as experienced_payments
from cells
left join customers using (channel_code, paid_month, region_code, customer_type)
left join origins using (channel_code, paid_month, region_code, customer_type)

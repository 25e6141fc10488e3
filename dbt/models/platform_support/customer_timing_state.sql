-- The columns that ml.payment_timing.contract names, as of the declared day.
{{ config(materialized='view') }}

{% set horizon_days = 60 %}

with customers as (
    select
        customer_id,
        customer_type,
        region_code,
        coalesce(is_prepaid, false) as is_prepaid,
        coalesce(has_withholding, false) as has_withholding
    from {{ ref('int_customers_versioned') }}
    where valid_from <= {{ as_of() }} and valid_to > {{ as_of() }}
),

states as (
    select * from {{ ref('customer_payment_state') }}
),

known as (
    select
        coalesce(customers.customer_id, states.customer_id) as customer_id,
        coalesce(customers.customer_type, 'unknown') as customer_type,
        coalesce(customers.region_code, 'unknown') as region_code,
        coalesce(customers.is_prepaid, false) as is_prepaid,
        coalesce(customers.has_withholding, false) as has_withholding
    from customers
    full outer join states on customers.customer_id = states.customer_id
),

-- A bill older than the horizon counts as written off or paid before the first delivery.
bills as (
    select
        customer_id,
        is_billed_on_weekends,
        coalesce(cycle_days, 30) as cycle_days,
        case
            when open_issued_on > {{ as_of() }} - {{ horizon_days }} then open_issued_on
        end as open_issued_on,
        open_due_on,
        cast(
            {{ dbt.dateadd(
                'month',
                'cast(greatest(round(coalesce(cast(cycle_days as double), 30) / 30.44), 1) as int)',
                dbt.date_trunc('month', 'last_issued_on')
            ) }} as date
        ) + (planned_day - 1) as planned_on
    from {{ ref('customer_bill_state') }}
    where last_issued_on > {{ as_of() }} - {{ 2 * horizon_days }}
),

balances as (
    select
        customer_id,
        max_by(balance_yuan, read_on) as balance_yuan,
        max(read_on) as read_on
    from {{ ref('stg_landing__meter_balances') }}
    where
        business_date > {{ as_of() }} - {{ horizon_days }}
        and business_date <= {{ as_of() }}
    group by customer_id
)

select
    known.customer_id,
    known.customer_type,
    concat(
        coalesce(known.customer_type, 'unknown'),
        case when known.is_prepaid then '.prepaid' else '.postpaid' end,
        case when known.has_withholding then '.withholding' else '' end
    ) as stratum_name,
    {{ dbt.datediff("cast('1970-01-01' as date)", as_of(), 'day') }} as origin_day,
    known.region_code,
    known.is_prepaid,
    known.has_withholding,
    {% for column in state_sums() %}
        coalesce(states.{{ column.name }}, 0) as {{ column.name }},
    {% endfor %}
    {{ dbt.datediff('states.first_paid_on', as_of(), 'day') }} as days_since_first,
    {{ dbt.datediff('states.last_paid_on', as_of(), 'day') }} as days_since_last,
    states.last_amount_yuan,
    states.last_gap_days,
    {{ dbt.datediff('bills.open_issued_on', as_of(), 'day') }} as open_bill_age,
    case
        when bills.open_issued_on is not null
            then {{ dbt.datediff(as_of(), 'bills.open_due_on', 'day') }}
    end as open_bill_due_in,
    case
        when bills.planned_on is not null
            then greatest({{ dbt.datediff(as_of(), 'bills.planned_on', 'day') }}, 1)
    end as next_bill_in,
    bills.cycle_days,
    bills.is_billed_on_weekends,
    balances.balance_yuan,
    {{ dbt.datediff('balances.read_on', as_of(), 'day') }} as balance_age
from known
left join states on known.customer_id = states.customer_id
left join bills on known.customer_id = bills.customer_id
left join balances on known.customer_id = balances.customer_id

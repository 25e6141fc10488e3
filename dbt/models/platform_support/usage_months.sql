-- Late data: months of issue whose bills can look otherwise are deleted and inserted. Bills of one
-- month of use that came late stand apart, by the month of their issue: as of a day the others are
-- known.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(months_of_changed_bills('issued_month')) }}"
    )
}}

with bills as (
    select
        customer_id,
        bill_month,
        issued_on,
        amount_yuan,
        energy_kwh
    from {{ ref('stg_landing__bills') }}
    where
        amount_yuan > 0
        and {{ months_of_changed_bills(month_of('issued_on'), 'issued_on') }}
),

typed as (
    select
        bills.bill_month,
        bills.issued_on,
        bills.amount_yuan,
        bills.energy_kwh,
        cast({{ dbt.date_trunc('month', 'bills.issued_on') }} as date) as issued_month,
        customers.customer_type
    from bills
    inner join {{ ref('int_customers_versioned') }} as customers
        on bills.customer_id = customers.customer_id
        and bills.issued_on >= customers.valid_from
        and bills.issued_on < customers.valid_to
)

select
    customer_type,
    bill_month as used_in_month,
    issued_month,
    max(issued_on) as known_on,
    count(*) as bills,
    cast(sum(amount_yuan) as decimal(38, 2)) as amount_yuan,
    cast(sum(energy_kwh) as decimal(38, 3)) as energy_kwh
from typed
group by customer_type, bill_month, issued_month

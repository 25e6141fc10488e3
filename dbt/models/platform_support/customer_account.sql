-- Three months of bills: two-month billing has one in them at the least.
{{ config(materialized='view') }}

{% set bill_days = 95 %}
{% set balance_days = 60 %}

with bills as (
    select
        customer_id,
        count(*) as bills_recent,
        count(*) filter (where amount_yuan = 0 or energy_kwh = 0) as zero_bills_recent,
        cast(sum(amount_yuan) as decimal(18, 2)) as billed_recent_yuan
    from {{ ref('stg_landing__bills') }}
    where
        business_date > {{ as_of() }} - {{ bill_days }}
        and business_date <= {{ as_of() }}
    group by customer_id
),

open_bills as (
    select
        customer_id,
        {{ dbt.datediff('open_due_on', as_of(), 'day') }} as days_overdue
    from {{ ref('customer_bill_state') }}
    where open_due_on is not null and open_issued_on > {{ as_of() }} - {{ bill_days }}
),

balances as (
    select
        customer_id,
        max_by(balance_yuan, read_on) as balance_yuan
    from {{ ref('stg_landing__meter_balances') }}
    where
        business_date > {{ as_of() }} - {{ balance_days }}
        and business_date <= {{ as_of() }}
    group by customer_id
),

billed as (
    select
        coalesce(bills.customer_id, open_bills.customer_id) as customer_id,
        coalesce(bills.bills_recent, 0) as bills_recent,
        coalesce(bills.zero_bills_recent, 0) as zero_bills_recent,
        bills.billed_recent_yuan,
        open_bills.days_overdue
    from bills
    full outer join open_bills on bills.customer_id = open_bills.customer_id
)

select
    coalesce(billed.customer_id, balances.customer_id) as customer_id,
    billed.bills_recent,
    billed.zero_bills_recent,
    billed.billed_recent_yuan,
    billed.days_overdue,
    balances.balance_yuan
from billed
full outer join balances on billed.customer_id = balances.customer_id

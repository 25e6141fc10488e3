-- Late data: the changed days are deleted and inserted.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_days('bills', 'issued_on')) }}"
    )
}}

with bills as (
    select
        customer_id,
        issued_on,
        amount_yuan
    from {{ ref('stg_landing__bills') }}
    where {{ changed_days('bills', 'business_date') }}
),

placed as (
    select
        bills.issued_on,
        bills.amount_yuan,
        coalesce(customers.region_code, 'unknown') as region_code
    from bills
    left join {{ ref('int_customers_versioned') }} as customers
        on bills.customer_id = customers.customer_id
        and bills.issued_on >= customers.valid_from
        and bills.issued_on < customers.valid_to
)

select
    region_code,
    issued_on,
    count(*) as bills,
    cast(sum(amount_yuan) as decimal(38, 2)) as amount_yuan
from placed
group by region_code, issued_on

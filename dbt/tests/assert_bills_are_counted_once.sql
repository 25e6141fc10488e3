-- The bills of every region and changed day add up to the bills issued.
{{ config(meta={'dagster': {'ref': {'name': 'region_bill_days'}}}) }}

with found as (
    select
        issued_on,
        sum(bills) as bills,
        sum(amount_yuan) as amount_yuan
    from {{ ref('region_bill_days') }}
    where {{ day_predicate('bills', 'issued_on') }}
    group by issued_on
),

wanted as (
    select
        issued_on,
        count(*) as bills,
        sum(amount_yuan) as amount_yuan
    from {{ ref('stg_landing__bills') }}
    where {{ day_predicate('bills', 'business_date') }}
    group by issued_on
)

select
    wanted.bills as wanted_bills,
    found.bills as found_bills
from wanted
full outer join found on wanted.issued_on = found.issued_on
where
    wanted.bills is distinct from found.bills
    or wanted.amount_yuan is distinct from found.amount_yuan

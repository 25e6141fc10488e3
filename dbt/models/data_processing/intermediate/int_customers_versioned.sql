-- A later delivery changes a customer from its business date on; the first holds for all time
-- before it, so that history loaded with the first delivery finds its customers.
with customers as (
    select * from {{ ref('stg_landing__customers') }}
),

ordered as (
    select
        *,
        row_number() over deliveries as version_number,
        lead(business_date) over deliveries as next_from
    from customers
    window deliveries as (partition by customer_id order by business_date nulls last)
),

versioned as (
    select
        customer_id,
        if(version_number = 1, cast('0001-01-01' as date), business_date) as valid_from,
        coalesce(next_from, cast('9999-12-31' as date)) as valid_to,
        customer_type,
        region_code,
        is_prepaid,
        has_withholding,
        is_elderly,
        is_low_income,
        opened_on
    from ordered
)

select *
from versioned

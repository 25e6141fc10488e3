-- Salted by the year: a customer left alone in one year is, as a rule, not in the next.
with customers as (
    select distinct customer_id
    from {{ ref('int_customers_versioned') }}
),

today as (
    select extract(year from {{ as_of() }}) as this_year
),

digested as (
    select
        customers.customer_id,
        cast(today.this_year as integer) as holdout_year,
        md5({{ concat_of_texts([
            "'global-holdout/'", 'today.this_year', "'/'", 'customers.customer_id'
        ]) }}) as digest
    from customers
    cross join today
)

select
    customer_id,
    holdout_year
from digested
where digest < '{{ var("global_holdout_below") }}'

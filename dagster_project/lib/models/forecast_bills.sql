-- One row per region and day with bills: how many were issued, and their amount.
with bills as (
    select
        customer_id,
        issued_on,
        amount_yuan
    from data_processing.stg_landing__bills
),

customers as (
    select
        customer_id,
        region_code,
        valid_from,
        valid_to
    from data_processing.int_customers_versioned
),

placed as (
    select
        coalesce(customers.region_code, 'unknown') as region_code,
        bills.issued_on,
        bills.amount_yuan
    from bills
    left join customers
        on bills.customer_id = customers.customer_id
        and bills.issued_on >= customers.valid_from
        and bills.issued_on < customers.valid_to
)

select
    region_code,
    issued_on as ds,
    count(*) as bills,
    cast(sum(amount_yuan) as decimal(18, 2)) as amount_yuan
from placed
group by region_code, issued_on

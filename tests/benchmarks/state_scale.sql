-- One row per payment: $each of each of $customers customers in the two years to $last_day, spread
-- by a hash, so that every day has about as many; the columns that the state is made of.
with numbered as (
    select
        customer_id,
        number,
        hash(customer_id * 64 + number) as draw
    from range($customers) as customers (customer_id)
    cross join range($each) as numbers (number)
),

dated as (
    select
        customer_id,
        number,
        draw,
        cast($last_day as date)
        - cast(number * 730 // $each + draw % (730 // $each) as int) as paid_on
    from numbered
)

select
    -- Pseudonyms are spread over all numbers of eight bytes.
    cast(hash(customer_id) >> 1 as bigint) as customer_id,
    paid_on,
    cast(paid_on as timestamp) + to_seconds(cast(draw // 61 % 86400 as int)) as paid_at,
    'success' as payment_status,
    cast(20 + draw // 7 % 40000 / 100.0 as decimal(18, 2)) as amount_yuan,
    cast(draw // 11 % 45 as int) as days_from_bill,
    draw // 13 % 10 < 9 as is_first_for_bill
from dated

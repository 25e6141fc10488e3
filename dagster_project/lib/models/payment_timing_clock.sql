-- One row per customer of clock_customers (customer_id, customer_type) with two payment days: sums
-- over its gaps, measured on the season's clock (days of mean use; table usage_clock, a row per type
-- and day) up to the end of $origin.
with payment_days as (
    select
        payments.customer_id,
        customers.customer_type,
        payments.paid_on,
        cast(sum(payments.amount_yuan) as double) as amount_yuan
    from data_processing.int_payments_matched as payments
    inner join clock_customers as customers
        on payments.customer_id = customers.customer_id
    where
        payments.payment_status = 'success'
        and payments.amount_yuan > 0
        and payments.paid_on <= cast($origin as date)
    group by payments.customer_id, customers.customer_type, payments.paid_on
),

gaps as (
    select
        payment_days.customer_id,
        lag(payment_days.amount_yuan) over customer_days as amount_yuan,
        usage_clock.clock - lag(usage_clock.clock) over customer_days as gap
    from payment_days
    inner join usage_clock
        on payment_days.customer_type = usage_clock.customer_type
        and payment_days.paid_on = usage_clock.day
    window customer_days as (
        partition by payment_days.customer_id
        order by payment_days.paid_on
    )
)

select
    customer_id,
    cast(sum(cast(ln(gap) as decimal(38, 12))) as double) as clock_gap_log_sum,
    cast(sum(cast(amount_yuan * amount_yuan / gap as decimal(38, 12))) as double)
        as clock_gap_amount_square_per_day_sum
from gaps
where gap is not null
group by customer_id

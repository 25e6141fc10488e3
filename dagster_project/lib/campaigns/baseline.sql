-- Who of the audience paid through the target in the last span of the campaign's length, and in
-- the span before it: the rate to be raised, and how well the past predicts it.
with outcome as (
    select
        customer_id,
        bool_or(paid_on > $today - $days::integer) as paid_lately,
        bool_or(paid_on <= $today - $days::integer) as paid_before
    from data_processing.int_payments_matched
    where
        payment_status = 'success'
        and channel_code = $target
        and paid_on > $today - 2 * $days::integer
        and paid_on <= $today
    group by customer_id
)

select
    count(*) as customers,
    count(*) filter (where paid_lately) as paid_lately,
    count(*) filter (where paid_before) as paid_before,
    count(*) filter (where paid_lately and paid_before) as paid_both
from scheduled
left join outcome using (customer_id)

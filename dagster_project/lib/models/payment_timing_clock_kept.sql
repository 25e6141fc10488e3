-- Customers whose clock sums are to be measured: on prepayment, and without sums of this release
-- that were measured of the same payments. The state's sums tell whether they are the same.
create or replace temp table clock_wanted as
select
    customers.customer_id,
    customers.customer_type,
    states.payment_days,
    states.last_paid_on,
    states.gap_days_sum,
    states.gap_log_sum,
    states.gap_amount_square_per_day_sum
from data_processing.int_customers_versioned as customers
inner join platform_support.customer_payment_state as states
    on customers.customer_id = states.customer_id
where
    customers.is_prepaid
    and customers.valid_from <= $origin::date
    and customers.valid_to > $origin::date;

delete from platform_support.payment_timing_clock_sums as kept
where
    kept.release_id <> $release_id
    or not exists (
        select 1
        from clock_wanted as wanted
        where
            wanted.customer_id = kept.customer_id
            and wanted.customer_type = kept.customer_type
            and wanted.payment_days = kept.payment_days
            and wanted.last_paid_on = kept.last_paid_on
            and wanted.gap_days_sum = kept.gap_days_sum
            and wanted.gap_log_sum = kept.gap_log_sum
            and wanted.gap_amount_square_per_day_sum = kept.gap_amount_square_per_day_sum
    );

create or replace temp table clock_customers as
select
    wanted.customer_id,
    wanted.customer_type
from clock_wanted as wanted
anti join platform_support.payment_timing_clock_sums as kept
    on wanted.customer_id = kept.customer_id

-- One row per customer with bills who pays ahead of them on its own account: the mean and spread of
-- its payments of the last year. It has no advance: what is used before a bill is an advance already.
with year_sums as (
    select *
    from platform_support.customer_year_sums
    where
        summed_to = (select max(summed_to) from platform_support.customer_year_sums)
        and payments - matched_payments >= $least_payments_without_bill
        and payments >= $least_payments
),

known as (
    select
        year_sums.customer_id,
        scored.basis,
        coalesce(scored.median_pay_on, scored.window_50_from) as next_purchase_on,
        year_sums.payments,
        year_sums.payments - year_sums.matched_payments as payments_without_bill,
        year_sums.amount_sum / year_sums.payments as mean_amount,
        greatest(
            year_sums.amount_square_sum
            - year_sums.amount_sum * year_sums.amount_sum / year_sums.payments, 0
        ) / (year_sums.payments - 1) as amount_variance
    from year_sums
    inner join platform_support.customer_timing_state as states
        on year_sums.customer_id = states.customer_id
    inner join platform_support.payment_windows_scored as scored
        on year_sums.customer_id = scored.customer_id
    where not states.is_prepaid and scored.basis = 'own_history'
)

select
    *,
    'postpaid' as offer_kind,
    $next_payments * mean_amount
    + $usage_z * sqrt(amount_variance * $next_payments * (1 + $next_payments / payments))
        as topup_needed
from known

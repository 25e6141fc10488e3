-- One row per prepaid customer whose purchases are known: use of a day and its spread, balance of
-- today, next purchase. Use is a process with drift u and variance s2 a day (first passage):
-- u = sum(a) / sum(g), s2 = (sum(a^2 / g) - sum(a)^2 / sum(g)) / (n - 1) over n gaps g between
-- purchases that the amounts a lasted. Readings below nil are counted over $history_days.
with prepaid as (
    select
        states.customer_id,
        scored.basis,
        scored.p_pay_28,
        scored.depletes_on,
        coalesce(scored.median_pay_on, scored.depletes_on) as next_purchase_on,
        states.payment_days - 1 as gaps,
        states.gap_days_sum,
        states.gap_amount_sum / nullif(states.gap_days_sum, 0) as use_per_day,
        greatest(
            states.gap_amount_square_per_day_sum
            - states.gap_amount_sum * states.gap_amount_sum / nullif(states.gap_days_sum, 0),
            0
        ) / nullif(states.payment_days - 2, 0) as use_variance,
        states.gap_days_sum / nullif(states.payment_days - 1, 0) as gap_days,
        states.balance_yuan,
        states.balance_age
    from platform_support.customer_timing_state as states
    inner join platform_support.payment_windows_scored as scored
        on states.customer_id = scored.customer_id
    where states.is_prepaid and scored.basis = 'own_history'
),

overdrawn as (
    select
        balances.customer_id,
        count(*) as readings,
        count(*) filter (where balances.balance_yuan < 0) as readings_below_nil
    from data_processing.stg_landing__meter_balances as balances
    semi join prepaid on balances.customer_id = prepaid.customer_id
    where
        balances.business_date > cast($as_of as date) - cast($history_days as int)
        and balances.business_date <= cast($as_of as date)
    group by balances.customer_id
),

protected_customers as (
    select
        customer_id,
        coalesce(is_elderly, false) or coalesce(is_low_income, false) as is_protected
    from data_processing.int_customers_versioned
    where valid_from <= cast($as_of as date) and valid_to > cast($as_of as date)
),

placed as (
    select
        prepaid.*,
        coalesce(protected_customers.is_protected, false) as is_protected,
        coalesce(overdrawn.readings, 0) as readings,
        round(100.0 * overdrawn.readings_below_nil / nullif(overdrawn.readings, 0), 1)
            as overdrawn_pct,
        round(100 * prepaid.p_pay_28, 1) as p_pay_28_pct,
        case
            when prepaid.balance_age <= $reading_days
                then prepaid.balance_yuan - prepaid.use_per_day * prepaid.balance_age
        end as balance_today,
        least(prepaid.gap_days, $longest_days) as lasts_days,
        greatest(prepaid.next_purchase_on - cast($as_of as date), 0) as days_to_purchase
    from prepaid
    left join overdrawn on prepaid.customer_id = overdrawn.customer_id
    left join protected_customers on prepaid.customer_id = protected_customers.customer_id
),

-- From today to the purchase after the next; the estimate of u has a variance of its own.
needed as (
    select
        *,
        days_to_purchase + lasts_days as days_covered,
        use_per_day * (days_to_purchase + lasts_days)
        + $usage_z * sqrt(
            use_variance * (days_to_purchase + lasts_days)
            * (1 + (days_to_purchase + lasts_days) / gap_days_sum)
        ) as usage_yuan
    from placed
    where gaps >= $least_gaps and balance_today is not null and use_per_day > 0
)

select
    *,
    'prepaid' as offer_kind,
    greatest(usage_yuan - balance_today, 0) as topup_needed
from needed

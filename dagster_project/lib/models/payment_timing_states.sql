-- One row per sampled customer: its payment-timing state as of $origin, and the days from $origin
-- to its next payment day (null: none within $horizon days). Everything but next_paid_in uses
-- what was known at the end of $origin. Same-day payments are one event. Sums are of decimals, as
-- in customer_payment_state: they do not depend on the order of the rows.
with payments as (
    select
        customer_id,
        paid_on,
        paid_at,
        amount_yuan,
        days_from_bill,
        is_first_for_bill,
        bill_id,
        paid_on <= cast($origin as date) as is_past
    from data_processing.int_payments_matched
    where
        payment_status = 'success'
        and amount_yuan > 0
        and abs(customer_id) % 1000 < $sample_buckets
        and paid_on <= cast($origin as date) + cast($horizon as int)
),

-- Customers as delivered, and those who pay without ever having been delivered.
universe as (
    select
        customer_id,
        customer_type,
        is_prepaid,
        has_withholding
    from data_processing.int_customers_versioned
    where
        valid_from <= cast($origin as date)
        and valid_to > cast($origin as date)
        and (opened_on is null or opened_on <= cast($origin as date))
        and abs(customer_id) % 1000 < $sample_buckets
    union all
    select distinct
        payments.customer_id,
        'unknown' as customer_type,
        false as is_prepaid,
        false as has_withholding
    from payments
    anti join data_processing.int_customers_versioned as delivered
        on payments.customer_id = delivered.customer_id
    where payments.is_past and payments.customer_id is not null
),

next_days as (
    select
        customer_id,
        min(paid_on) - cast($origin as date) as next_paid_in
    from payments
    where not is_past
    group by customer_id
),

payment_sums as (
    select
        customer_id,
        count(*) filter (where hour(paid_at) < 6) as night_payments,
        count(*) filter (where hour(paid_at) >= 6 and hour(paid_at) < 12) as morning_payments,
        count(*) filter (where hour(paid_at) >= 12 and hour(paid_at) < 18) as afternoon_payments,
        count(*) filter (where hour(paid_at) >= 18) as evening_payments
    from payments
    where is_past
    group by customer_id
),

-- The last days of a month are numbered from its end, so that month ends fall together.
delays as (
    select
        customer_id,
        days_from_bill,
        case
            when day(paid_on) <= 25 then day(paid_on)
            else 31 - day(last_day(paid_on)) + day(paid_on)
        end as month_place
    from payments
    where is_past and is_first_for_bill and days_from_bill >= 0
),

delay_sums as (
    select
        customer_id,
        count(*) as matched_payments,
        sum(cast(ln(1 + days_from_bill) as decimal(38, 12))) as delay_log_sum,
        sum(cast(power(ln(1 + days_from_bill), 2) as decimal(38, 12))) as delay_log_square_sum,
        count(*) filter (where days_from_bill < 1) as delay_bin_00,
        count(*) filter (where days_from_bill >= 1 and days_from_bill < 2) as delay_bin_01,
        count(*) filter (where days_from_bill >= 2 and days_from_bill < 3) as delay_bin_02,
        count(*) filter (where days_from_bill >= 3 and days_from_bill < 4) as delay_bin_03,
        count(*) filter (where days_from_bill >= 4 and days_from_bill < 6) as delay_bin_04,
        count(*) filter (where days_from_bill >= 6 and days_from_bill < 9) as delay_bin_05,
        count(*) filter (where days_from_bill >= 9 and days_from_bill < 13) as delay_bin_06,
        count(*) filter (where days_from_bill >= 13 and days_from_bill < 18) as delay_bin_07,
        count(*) filter (where days_from_bill >= 18 and days_from_bill < 24) as delay_bin_08,
        count(*) filter (where days_from_bill >= 24 and days_from_bill < 32) as delay_bin_09,
        count(*) filter (where days_from_bill >= 32 and days_from_bill < 46) as delay_bin_10,
        count(*) filter (where days_from_bill >= 46) as delay_bin_11,
        count(*) filter (where month_place = 1) as pay_day_01,
        count(*) filter (where month_place = 2) as pay_day_02,
        count(*) filter (where month_place = 3) as pay_day_03,
        count(*) filter (where month_place = 4) as pay_day_04,
        count(*) filter (where month_place = 5) as pay_day_05,
        count(*) filter (where month_place = 6) as pay_day_06,
        count(*) filter (where month_place = 7) as pay_day_07,
        count(*) filter (where month_place = 8) as pay_day_08,
        count(*) filter (where month_place = 9) as pay_day_09,
        count(*) filter (where month_place = 10) as pay_day_10,
        count(*) filter (where month_place = 11) as pay_day_11,
        count(*) filter (where month_place = 12) as pay_day_12,
        count(*) filter (where month_place = 13) as pay_day_13,
        count(*) filter (where month_place = 14) as pay_day_14,
        count(*) filter (where month_place = 15) as pay_day_15,
        count(*) filter (where month_place = 16) as pay_day_16,
        count(*) filter (where month_place = 17) as pay_day_17,
        count(*) filter (where month_place = 18) as pay_day_18,
        count(*) filter (where month_place = 19) as pay_day_19,
        count(*) filter (where month_place = 20) as pay_day_20,
        count(*) filter (where month_place = 21) as pay_day_21,
        count(*) filter (where month_place = 22) as pay_day_22,
        count(*) filter (where month_place = 23) as pay_day_23,
        count(*) filter (where month_place = 24) as pay_day_24,
        count(*) filter (where month_place = 25) as pay_day_25,
        count(*) filter (where month_place = 26) as pay_day_26,
        count(*) filter (where month_place = 27) as pay_day_27,
        count(*) filter (where month_place = 28) as pay_day_28,
        count(*) filter (where month_place = 29) as pay_day_29,
        count(*) filter (where month_place = 30) as pay_day_30,
        count(*) filter (where month_place = 31) as pay_day_31
    from delays
    group by customer_id
),

payment_days as (
    select
        customer_id,
        paid_on,
        sum(amount_yuan) as amount_yuan
    from payments
    where is_past
    group by customer_id, paid_on
),

gaps as (
    select
        customer_id,
        paid_on,
        amount_yuan,
        lag(amount_yuan) over (partition by customer_id order by paid_on) as gap_amount,
        paid_on - lag(paid_on) over (partition by customer_id order by paid_on) as gap_days
    from payment_days
),

gap_sums as (
    select
        customer_id,
        count(*) as payment_days,
        coalesce(sum(gap_days), 0) as gap_days_sum,
        coalesce(sum(cast(ln(gap_days) as decimal(38, 12))), 0) as gap_log_sum,
        coalesce(sum(cast(ln(gap_days) * ln(gap_days) as decimal(38, 12))), 0)
            as gap_log_square_sum,
        coalesce(sum(cast(cast(1 as double) / gap_days as decimal(38, 12))), 0) as gap_inverse_sum,
        coalesce(sum(gap_amount), 0) as gap_amount_sum,
        coalesce(
            sum(cast(power(cast(gap_amount as double), 2) / gap_days as decimal(38, 12))), 0
        ) as gap_amount_square_per_day_sum,
        cast($origin as date) - min(paid_on) as days_since_first,
        cast($origin as date) - max(paid_on) as days_since_last,
        max_by(amount_yuan, paid_on) as last_amount_yuan,
        max_by(gap_days, paid_on) as last_gap_days
    from gaps
    group by customer_id
),

bills as (
    select
        bill_id,
        customer_id,
        issued_on,
        due_on,
        issued_on - lag(issued_on) over (partition by customer_id order by issued_on) as gap_days,
        row_number() over (partition by customer_id order by issued_on desc) as recency
    from data_processing.stg_landing__bills
    where
        issued_on <= cast($origin as date)
        and abs(customer_id) % 1000 < $sample_buckets
),

paid_bills as (
    select distinct bill_id
    from payments
    where is_past and bill_id is not null
),

-- A bill older than the horizon counts as written off or paid before the first delivery.
open_bills as (
    select
        bills.customer_id,
        cast($origin as date) - max(bills.issued_on) as open_bill_age,
        max_by(bills.due_on, bills.issued_on) - cast($origin as date) as open_bill_due_in
    from bills
    left join paid_bills on bills.bill_id = paid_bills.bill_id
    where
        paid_bills.bill_id is null
        and bills.issued_on > cast($origin as date) - cast($horizon as int)
    group by bills.customer_id
),

-- Readers keep a day of the month and postpone it over days off: the earliest of the last six
-- is the planned one. Who was ever billed on a weekend is billed on weekends.
bill_habits as (
    select
        customer_id,
        max(issued_on) as last_issued_on,
        min(day(issued_on)) as planned_day,
        median(gap_days) as cycle_days,
        max(case when isodow(issued_on) >= 6 then 1 else 0 end) as is_billed_on_weekends
    from bills
    where recency <= 6
    group by customer_id
),

planned_bills as (
    select
        customer_id,
        cycle_days,
        is_billed_on_weekends,
        cast(
            date_trunc('month', last_issued_on)
            + to_months(cast(greatest(round(coalesce(cycle_days, 30) / 30.44), 1) as int)) as date
        )
        + cast(planned_day - 1 as int) as planned_on
    from bill_habits
    where last_issued_on > cast($origin as date) - 2 * cast($horizon as int)
),

next_bills as (
    select
        customer_id,
        coalesce(cycle_days, 30) as cycle_days,
        is_billed_on_weekends,
        greatest(
            planned_on - cast($origin as date),
            1
        ) as next_bill_in
    from planned_bills
),

balances as (
    select
        customer_id,
        max_by(balance_yuan, read_on) as balance_yuan,
        cast($origin as date) - max(read_on) as balance_age
    from data_processing.stg_landing__meter_balances
    where
        read_on <= cast($origin as date)
        and abs(customer_id) % 1000 < $sample_buckets
    group by customer_id
)

select
    customers.customer_id,
    customers.customer_type
    || case when customers.is_prepaid then '.prepaid' else '.postpaid' end
    || case when customers.has_withholding then '.withholding' else '' end as stratum_name,
    cast($origin as date) - date '1970-01-01' as origin_day,
    coalesce(gap_sums.payment_days, 0) as payment_days,
    coalesce(gap_sums.gap_days_sum, 0) as gap_days_sum,
    coalesce(gap_sums.gap_log_sum, 0) as gap_log_sum,
    coalesce(gap_sums.gap_log_square_sum, 0) as gap_log_square_sum,
    coalesce(gap_sums.gap_inverse_sum, 0) as gap_inverse_sum,
    coalesce(gap_sums.gap_amount_sum, 0) as gap_amount_sum,
    coalesce(gap_sums.gap_amount_square_per_day_sum, 0) as gap_amount_square_per_day_sum,
    gap_sums.days_since_first,
    gap_sums.days_since_last,
    gap_sums.last_amount_yuan,
    gap_sums.last_gap_days,
    coalesce(delay_sums.matched_payments, 0) as matched_payments,
    coalesce(delay_sums.delay_log_sum, 0) as delay_log_sum,
    coalesce(delay_sums.delay_log_square_sum, 0) as delay_log_square_sum,
    coalesce(delay_sums.delay_bin_00, 0) as delay_bin_00,
    coalesce(delay_sums.delay_bin_01, 0) as delay_bin_01,
    coalesce(delay_sums.delay_bin_02, 0) as delay_bin_02,
    coalesce(delay_sums.delay_bin_03, 0) as delay_bin_03,
    coalesce(delay_sums.delay_bin_04, 0) as delay_bin_04,
    coalesce(delay_sums.delay_bin_05, 0) as delay_bin_05,
    coalesce(delay_sums.delay_bin_06, 0) as delay_bin_06,
    coalesce(delay_sums.delay_bin_07, 0) as delay_bin_07,
    coalesce(delay_sums.delay_bin_08, 0) as delay_bin_08,
    coalesce(delay_sums.delay_bin_09, 0) as delay_bin_09,
    coalesce(delay_sums.delay_bin_10, 0) as delay_bin_10,
    coalesce(delay_sums.delay_bin_11, 0) as delay_bin_11,
    coalesce(delay_sums.pay_day_01, 0) as pay_day_01,
    coalesce(delay_sums.pay_day_02, 0) as pay_day_02,
    coalesce(delay_sums.pay_day_03, 0) as pay_day_03,
    coalesce(delay_sums.pay_day_04, 0) as pay_day_04,
    coalesce(delay_sums.pay_day_05, 0) as pay_day_05,
    coalesce(delay_sums.pay_day_06, 0) as pay_day_06,
    coalesce(delay_sums.pay_day_07, 0) as pay_day_07,
    coalesce(delay_sums.pay_day_08, 0) as pay_day_08,
    coalesce(delay_sums.pay_day_09, 0) as pay_day_09,
    coalesce(delay_sums.pay_day_10, 0) as pay_day_10,
    coalesce(delay_sums.pay_day_11, 0) as pay_day_11,
    coalesce(delay_sums.pay_day_12, 0) as pay_day_12,
    coalesce(delay_sums.pay_day_13, 0) as pay_day_13,
    coalesce(delay_sums.pay_day_14, 0) as pay_day_14,
    coalesce(delay_sums.pay_day_15, 0) as pay_day_15,
    coalesce(delay_sums.pay_day_16, 0) as pay_day_16,
    coalesce(delay_sums.pay_day_17, 0) as pay_day_17,
    coalesce(delay_sums.pay_day_18, 0) as pay_day_18,
    coalesce(delay_sums.pay_day_19, 0) as pay_day_19,
    coalesce(delay_sums.pay_day_20, 0) as pay_day_20,
    coalesce(delay_sums.pay_day_21, 0) as pay_day_21,
    coalesce(delay_sums.pay_day_22, 0) as pay_day_22,
    coalesce(delay_sums.pay_day_23, 0) as pay_day_23,
    coalesce(delay_sums.pay_day_24, 0) as pay_day_24,
    coalesce(delay_sums.pay_day_25, 0) as pay_day_25,
    coalesce(delay_sums.pay_day_26, 0) as pay_day_26,
    coalesce(delay_sums.pay_day_27, 0) as pay_day_27,
    coalesce(delay_sums.pay_day_28, 0) as pay_day_28,
    coalesce(delay_sums.pay_day_29, 0) as pay_day_29,
    coalesce(delay_sums.pay_day_30, 0) as pay_day_30,
    coalesce(delay_sums.pay_day_31, 0) as pay_day_31,
    open_bills.open_bill_age,
    open_bills.open_bill_due_in,
    next_bills.next_bill_in,
    next_bills.cycle_days,
    next_bills.is_billed_on_weekends,
    balances.balance_yuan,
    balances.balance_age,
    coalesce(payment_sums.night_payments, 0) as night_payments,
    coalesce(payment_sums.morning_payments, 0) as morning_payments,
    coalesce(payment_sums.afternoon_payments, 0) as afternoon_payments,
    coalesce(payment_sums.evening_payments, 0) as evening_payments,
    next_days.next_paid_in
from universe as customers
left join gap_sums on customers.customer_id = gap_sums.customer_id
left join payment_sums on customers.customer_id = payment_sums.customer_id
left join delay_sums on customers.customer_id = delay_sums.customer_id
left join open_bills on customers.customer_id = open_bills.customer_id
left join next_bills on customers.customer_id = next_bills.customer_id
left join balances on customers.customer_id = balances.customer_id
left join next_days on customers.customer_id = next_days.customer_id
order by customers.customer_id

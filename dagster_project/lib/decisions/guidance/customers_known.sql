-- What the year, the customer file and the payment windows say of every customer with a payment.
with year_sums as (
    select *
    from platform_support.customer_year_sums
    where summed_to = (select max(summed_to) from platform_support.customer_year_sums)
),

present as (
    select
        customer_id,
        max_by(channel_code, (recency_weight_sum, channel_code)) as channel_code,
        sum(recency_weight_sum) as weight,
        max(last_paid_on) filter (where channel_code = 'counter') as counter_paid_on
    from platform_support.customer_channel_state
    group by customer_id
),

file as (
    select *, is_elderly or is_low_income as is_protected
    from data_processing.int_customers_versioned
    where $as_of::date >= valid_from and $as_of::date < valid_to
)

select
    states.customer_id,
    states.first_paid_on,
    present.channel_code as present_channel_code,
    present.weight,
    file.region_code,
    file.customer_type,
    coalesce(file.is_prepaid, false) as is_prepaid,
    coalesce(file.has_withholding, false) as has_withholding,
    coalesce(file.is_protected, true) as is_protected,
    coalesce(year_sums.payments, 0) as year_payments,
    -- The year's sums are of whole months: the counter may have been used since.
    coalesce(
        present.channel_code = 'counter' or year_sums.counter_payments > 0
        or present.counter_paid_on > $as_of::date - 365, false
    ) as uses_counter,
    cast(year_sums.amount_sum / nullif(year_sums.payments, 0) as decimal(18, 2))
        as usual_amount_yuan,
    least(365, year_sums.summed_to - states.first_paid_on + 1) / 365.0 as years_observed,
    coalesce(year_sums.app_payments, 0) > 0 as uses_app,
    coalesce(year_sums.wechat_payments, 0) > 0 as uses_wechat,
    coalesce(spoken.has_opted_out, false) as has_opted_out,
    spoken.last_contact_on,
    greatest(
        coalesce(windows.median_pay_on, windows.depletes_on) - $lead_days::int,
        $as_of::date + 1
    ) as contact_on,
    windows.best_hour_band as contact_hour_band
from platform_support.customer_payment_state as states
inner join present on states.customer_id = present.customer_id
left join file on states.customer_id = file.customer_id
left join year_sums on states.customer_id = year_sums.customer_id
left join spoken on states.customer_id = spoken.customer_id
left join platform_support.payment_windows_scored as windows
    on states.customer_id = windows.customer_id

-- One row per small and micro enterprise: what is known of its payments, visits and complaints.
with enterprises as (
    select
        customer_id,
        region_code,
        coalesce(is_prepaid, false) as is_prepaid,
        coalesce(has_withholding, false) as has_withholding
    from data_processing.int_customers_versioned
    where
        valid_from <= cast($as_of as date)
        and valid_to > cast($as_of as date)
        and customer_type = $customer_type
),

year_sums as (
    select *
    from platform_support.customer_year_sums
    where summed_to = (select max(summed_to) from platform_support.customer_year_sums)
),

complaints as (
    select
        attributed.customer_id,
        count(*) as complaints,
        count(*) filter (
            where attributed.answered_at is null
            or cast(attributed.answered_at as date) > cast($as_of as date)
        ) as open_complaints,
        bool_or(classes.need_code = 'electronic_invoice') as asked_electronic_invoice,
        bool_or(classes.need_code = 'batch_payment') as asked_batch_payment,
        bool_or(classes.need_code = 'instalments') as asked_instalments,
        bool_or(classes.need_code = 'withholding') as asked_withholding
    from data_processing.int_complaints_attributed as attributed
    semi join enterprises on attributed.customer_id = enterprises.customer_id
    left join decided.complaint_classes as classes
        on attributed.complaint_id = classes.complaint_id
    where
        attributed.received_on > cast($as_of as date) - cast($risk_days as int)
        and attributed.received_on <= cast($as_of as date)
    group by attributed.customer_id
),

visits as (
    select
        visited.customer_id,
        count(*) filter (where visited.furthest_step = 'payment_started') as broken_off_visits
    from data_processing.stg_landing__channel_visits as visited
    semi join enterprises on visited.customer_id = enterprises.customer_id
    where
        visited.business_date > cast($as_of as date) - cast($risk_days as int)
        and visited.business_date <= cast($as_of as date)
    group by visited.customer_id
)

select
    enterprises.*,
    bills.open_due_on,
    bills.open_due_on is not null as has_open_bill,
    bills.open_due_on < cast($as_of as date) as is_overdue,
    states.payments,
    states.payment_days,
    round(states.payments / nullif(states.payment_days, 0), 2) as payments_per_day,
    year_sums.due_payments,
    year_sums.late_payments,
    round(100.0 * year_sums.late_payments / nullif(year_sums.due_payments, 0), 1)
        as late_share_pct,
    round(
        100.0 * (year_sums.counter_payments + year_sums.kiosk_payments)
        / nullif(year_sums.payments, 0), 1
    ) as counter_share_pct,
    coalesce(complaints.open_complaints, 0) as open_complaints,
    coalesce(complaints.asked_electronic_invoice, false) as asked_electronic_invoice,
    coalesce(complaints.asked_batch_payment, false) as asked_batch_payment,
    coalesce(complaints.asked_instalments, false) as asked_instalments,
    coalesce(complaints.asked_withholding, false) as asked_withholding,
    coalesce(visits.broken_off_visits, 0) as broken_off_visits,
    scored.basis,
    scored.p_unpaid_at_due,
    round(100 * scored.p_unpaid_at_due, 1) as p_unpaid_pct,
    scored.window_50_from,
    scored.window_50_to,
    scored.best_hour_band,
    scored.likely_channel_code
from enterprises
left join platform_support.customer_bill_state as bills
    on enterprises.customer_id = bills.customer_id
left join platform_support.customer_payment_state as states
    on enterprises.customer_id = states.customer_id
left join year_sums on enterprises.customer_id = year_sums.customer_id
left join complaints on enterprises.customer_id = complaints.customer_id
left join visits on enterprises.customer_id = visits.customer_id
left join platform_support.payment_windows_scored as scored
    on enterprises.customer_id = scored.customer_id

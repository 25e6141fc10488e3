-- Customers whose online payments broke off, and who have not paid since.
with visits as (
    select
        customer_id,
        count(*) as broken_off,
        max(visited_on) as since,
        max(coalesce(visited_at, cast(visited_on as timestamp))) as last_at,
        max_by(channel_code, coalesce(visited_at, cast(visited_on as timestamp))) as channel_code
    from data_processing.stg_landing__channel_visits
    where
        furthest_step = 'payment_started'
        and customer_id is not null
        and business_date > cast($as_of as date) - cast($visit_days as int)
        and business_date <= cast($as_of as date)
    group by customer_id
    having count(*) >= $least_broken_off
)

select
    'visit-' || visits.customer_id || '-' || visits.since as followup_id,
    'unmet_need' as kind,
    'payment_broken_off' as rule,
    'payment_broken_off' as category,
    'visits' as category_source,
    'help_online' as need_code,
    visits.customer_id,
    visits.channel_code,
    visits.since,
    visits.since as received_on,
    visits.broken_off
from visits
anti join data_processing.int_payments_matched as payments
    on
        visits.customer_id = payments.customer_id
        and payments.paid_at >= visits.last_at
        and payments.paid_on > cast($as_of as date) - cast($visit_days as int)
        and payments.paid_on <= cast($as_of as date)
        and payments.payment_status = 'success'

-- Payments of every row of uplift_people (place, customer_id, day) through each channel in the year
-- before the day.
create or replace temp table uplift_used as
select
    people.place,
    fact.channel_code,
    count(*) as payments,
    max(fact.paid_on) as last_on
from data_processing.int_payments_matched as fact
inner join uplift_people as people on fact.customer_id = people.customer_id
where
    fact.payment_status = 'success'
    and fact.amount_yuan > 0
    and fact.paid_on < people.day
    and fact.paid_on >= people.day - 365
    and fact.paid_on >= (select min(day) from uplift_people) - 365
group by people.place, fact.channel_code;

-- One row per row of uplift_people with a payment in that year: what was known of the customer on
-- the eve of the day. Single precision: twelve million rows.
create or replace temp table uplift_features as
with payments as (
    select
        people.place,
        people.day,
        fact.paid_on,
        fact.amount_yuan,
        coalesce(channels.channel_family, 'other') as channel_family,
        case when fact.is_first_for_bill and fact.days_from_bill >= 0
            then ln(1 + fact.days_from_bill) end as delay_log,
        fact.is_on_time,
        hour(fact.paid_at) as paid_hour,
        dayofweek(fact.paid_on) in (0, 6) as is_weekend
    from data_processing.int_payments_matched as fact
    inner join uplift_people as people on fact.customer_id = people.customer_id
    left join data_processing.channels as channels on fact.channel_code = channels.channel_code
    where
        fact.payment_status = 'success'
        and fact.amount_yuan > 0
        and fact.paid_on < people.day
        and fact.paid_on >= people.day - 365
        and fact.paid_on >= (select min(day) from uplift_people) - 365
),

habits as (
    select
        place,
        max_by(channel_code, (payments, last_on, channel_code)) as present_channel_code,
        max(payments) / sum(payments) as present_share,
        count(*) as channels
    from uplift_used
    group by place
),

sums as (
    select
        place,
        count(*) as payments,
        avg(amount_yuan)::double as mean_amount_yuan,
        any_value(day) - max(paid_on) as days_since_payment,
        avg(delay_log) as delay_log,
        stddev_samp(delay_log) as delay_spread,
        avg((not is_on_time)::int) as late_share,
        avg((paid_hour < 6 or paid_hour >= 18)::int) as night_share,
        avg(is_weekend::int) as weekend_share,
        avg((channel_family = 'counter')::int) as counter_share,
        avg((channel_family = 'kiosk')::int) as kiosk_share,
        avg((channel_family = 'bank')::int) as bank_share,
        avg((channel_family = 'wechat')::int) as wechat_share,
        avg((channel_family = 'alipay')::int) as alipay_share,
        avg((channel_family = 'app')::int) as app_share
    from payments
    group by place
),

contacts as (
    select people.place, count(*) as contacts
    from data_processing.stg_landing__campaign_contacts as contact
    inner join uplift_people as people on contact.customer_id = people.customer_id
    where
        contact.contact_event = 'delivered'
        and contact.happened_on < people.day
        and contact.happened_on >= people.day - 365
    group by people.place
),

complaints as (
    select people.place, count(*) as complaints
    from data_processing.int_complaints_attributed as complaint
    inner join uplift_people as people on complaint.customer_id = people.customer_id
    where complaint.received_on < people.day and complaint.received_on >= people.day - 365
    group by people.place
)

select
    people.place,
    people.customer_id,
    habits.present_channel_code,
    sums.mean_amount_yuan,
    sums.payments::float as payments,
    ln(1 + sums.mean_amount_yuan)::float as amount_log,
    sums.days_since_payment::float as days_since_payment,
    sums.delay_log::float as delay_log,
    sums.delay_spread::float as delay_spread,
    sums.late_share::float as late_share,
    sums.night_share::float as night_share,
    sums.weekend_share::float as weekend_share,
    sums.counter_share::float as counter_share,
    sums.kiosk_share::float as kiosk_share,
    sums.bank_share::float as bank_share,
    sums.wechat_share::float as wechat_share,
    sums.alipay_share::float as alipay_share,
    sums.app_share::float as app_share,
    habits.present_share::float as present_share,
    habits.channels::float as channels,
    coalesce(contacts.contacts, 0)::float as contacts,
    coalesce(complaints.complaints, 0)::float as complaints,
    customers.is_prepaid::int::float as is_prepaid,
    customers.has_withholding::int::float as has_withholding,
    customers.is_elderly::int::float as is_elderly,
    customers.is_low_income::int::float as is_low_income,
    (customers.customer_type = 'resident')::int::float as is_resident
from uplift_people as people
inner join sums on people.place = sums.place
inner join habits on people.place = habits.place
left join contacts on people.place = contacts.place
left join complaints on people.place = complaints.place
left join data_processing.int_customers_versioned as customers
    on people.customer_id = customers.customer_id
    and people.day > customers.valid_from
    and people.day <= customers.valid_to

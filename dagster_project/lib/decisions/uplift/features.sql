-- One row per row of uplift_people with a payment in that year: what was known of the customer on
-- the eve of the day. Single precision: twelve million rows.
create or replace temp table uplift_features as
with habits as (
    select
        place,
        max_by(channel_code, (payments, last_on, channel_code)) as present_channel_code,
        max(payments) / sum(payments) as present_share,
        count(*) as channels
    from uplift_used
    group by place
),

sums as (
    {sums}
),

contacts as (
    {contacts}
),

complaints as (
    {complaints}
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

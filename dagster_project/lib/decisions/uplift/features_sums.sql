-- Amounts, delays, hours and channels of the payments in the year before the day.
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
)

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

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

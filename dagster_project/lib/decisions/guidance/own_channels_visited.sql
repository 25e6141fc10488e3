-- Visits of the last quarter, and those that ended in a payment.
select
    visits.channel_code, members.region_code, members.segment,
    count(*) as visits,
    count(*) filter (where visits.furthest_step = 'payment_succeeded') as successes
from data_processing.stg_landing__channel_visits as visits
left join members on visits.customer_id = members.customer_id
where visits.visited_on between $as_of::date - 89 and $as_of::date
group by all

-- Customers and payments of the last year in every region and segment, the channel's and all.
with paid as (
    select customer_id, channel_code, count(*) as payments
    from data_processing.int_payments_matched
    where payment_status = 'success' and paid_on between $as_of::date - 364 and $as_of::date
    group by customer_id, channel_code
)

select
    own.channel_code, members.region_code, members.segment,
    count(distinct members.customer_id) as customers,
    count(*) filter (where paid.channel_code = own.channel_code) as users,
    sum(paid.payments)::bigint as payments,
    coalesce(sum(paid.payments) filter (where paid.channel_code = own.channel_code), 0)::bigint
        as channel_payments
from members
cross join own
inner join paid on members.customer_id = paid.customer_id
group by all

-- The code of a site begins with its place: a region's code, or something else. A payment takes the
-- staff minutes of a full hall: minutes in which nobody came are not freed by those who stay away.
select
    split_part(site_code, '-', 1) as region_code,
    sum(60 * staff * open_hours) filter (where capacity_payments > 0)::double
    / sum(capacity_payments)::double as staff_minutes_per_payment,
    avg(queue_minutes)::double as mean_queue_minutes
from data_processing.stg_landing__channel_operations as operations
inner join halls on operations.channel_code = halls.channel_code
where operated_on between $as_of::date - 364 and $as_of::date
group by all

-- The last complete month of the fuzzy evaluation; a grade only where it is certain.
select channel_code as channel, score, grade
from platform_support.channel_evaluation_graded
where indicator_group = 'overall' and score is not null
    and paid_month = (
        select max(paid_month) from platform_support.channel_evaluation_graded
        where last_day(paid_month) <= $as_of::date
    )
order by channel

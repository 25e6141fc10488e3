select
    channel_code as channel,
    region_code as area,
    sum(payments)::bigint as payments,
    sum(handling_cost_yuan)::double as handling_yuan
from platform_support.channel_months
where paid_month between $first::date and $last::date
group by all
order by all

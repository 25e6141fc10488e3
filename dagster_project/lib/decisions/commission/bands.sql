-- Payments by amount band, ten bands to a power of ten: narrow enough for floors and caps.
select
    channel_code as channel,
    floor(10 * log10(amount_yuan::double))::bigint as band,
    count(*) as payments,
    sum(amount_yuan)::double as amount_yuan
from data_processing.int_payments_matched
where payment_status = 'success' and amount_yuan > 0
    and paid_on between $first::date and $last::date
group by all
order by all

-- Payments at the counters, and what of each the guided customer would take elsewhere.
select
    coalesce(fact.region_code, 'unknown') as region_code,
    isodow(fact.paid_on)::int as weekday,
    case
        when fact.paid_at is null then 'unknown'
        when hour(fact.paid_at) < 6 then 'night'
        when hour(fact.paid_at) < 12 then 'morning'
        when hour(fact.paid_at) < 18 then 'afternoon'
        else 'evening'
    end as hour_band,
    fact.customer_id,
    guided.customer_id is not null as is_guided,
    not coalesce(customers.is_protected, true) as is_movable,
    guided.p_move * guided.retention as moved,
    guided.saving_low_yuan / guided.saving_per_year_yuan as low,
    guided.saving_high_yuan / guided.saving_per_year_yuan as high
from data_processing.int_payments_matched as fact
inner join halls on fact.channel_code = halls.channel_code
left join guidance_customers as customers on fact.customer_id = customers.customer_id
left join guidance_rows as guided
    on fact.customer_id = guided.customer_id
    and fact.channel_code <> guided.recommended_channel_code
where
    fact.payment_status = 'success'
    and fact.paid_on between $as_of::date - 364 and $as_of::date

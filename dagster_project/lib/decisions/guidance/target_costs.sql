-- What a payment of the usual amount would cost on one channel, in the order of the customers.
select
    payment_cost(
        customers.usual_amount_yuan, terms.rate_pct, terms.floor_yuan, terms.cap_yuan,
        terms.fixed_fee_yuan, terms.handling_cost_yuan
    )::double as cost_yuan
from guidance_customers as customers
cross join guidance_terms as terms
where terms.channel_code = $channel
order by customers.place

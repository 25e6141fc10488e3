-- Cost of a payment of the usual amount: of the channels used, by their share, and of the present
-- one.
select
    known.customer_id,
    sum(state.recency_weight_sum / known.weight) as known_share,
    sum(state.recency_weight_sum / known.weight * payment_cost(
        known.usual_amount_yuan, terms.rate_pct, terms.floor_yuan, terms.cap_yuan,
        terms.fixed_fee_yuan, terms.handling_cost_yuan
    )) as share_costs,
    max(payment_cost(
        known.usual_amount_yuan, terms.rate_pct, terms.floor_yuan, terms.cap_yuan,
        terms.fixed_fee_yuan, terms.handling_cost_yuan
    )) filter (where state.channel_code = known.present_channel_code)
        as present_channel_cost_yuan
from known
inner join platform_support.customer_channel_state as state
    on known.customer_id = state.customer_id
inner join guidance_terms as terms on state.channel_code = terms.channel_code
where known.year_payments > 0
group by known.customer_id

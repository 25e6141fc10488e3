-- Payments that could be made through the channel for less, and by how much.
select
    own.channel_code, members.region_code, members.segment,
    sum(members.payments_of_known_cost) as payments,
    sum(members.payments_of_known_cost * (members.present_cost_yuan - payment_cost(
        members.usual_amount_yuan, own.rate_pct, own.floor_yuan, own.cap_yuan,
        own.fixed_fee_yuan, own.handling_cost_yuan
    ))) / sum(members.payments_of_known_cost) as saving_per_payment_yuan
from members
cross join own
where
    members.is_free
    and members.present_cost_yuan > payment_cost(
        members.usual_amount_yuan, own.rate_pct, own.floor_yuan, own.cap_yuan,
        own.fixed_fee_yuan, own.handling_cost_yuan
    )
group by all

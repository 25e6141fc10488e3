-- Every customer once: guided from one channel to another, or left alone for one reason.
with told as (
    select
        customers.present_channel_code,
        choices.recommended_channel_code,
        case
            when choices.is_exploration then 'guided_at_random'
            when choices.place is not null then 'guided'
            when customers.left_alone_because is not null then customers.left_alone_because
            when gaining.place is null then 'no_option_pays'
            else 'limits_used_up'
        end as outcome,
        choices.*
    from guidance_customers as customers
    left join guidance_choices as choices on customers.place = choices.place
    left join guidance_gaining as gaining on customers.place = gaining.place
)

select
    $as_of::date as decided_on,
    outcome,
    coalesce(present_channel_code, 'unknown') as present_channel_code,
    coalesce(recommended_channel_code, 'none') as recommended_channel_code,
    count(*) as customers,
    sum(p_move) as expected_moves,
    sum(payments_per_year) as payments_per_year,
    sum(saving_per_year_yuan) as saving_per_year_yuan,
    sum(saving_low_yuan) as saving_low_yuan,
    sum(saving_high_yuan) as saving_high_yuan,
    sum(contact_cost_yuan) as contact_cost_yuan,
    sum(net_gain_yuan) as net_gain_yuan
from told
group by all
order by all

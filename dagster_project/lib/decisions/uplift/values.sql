-- What a payment through the target channel instead of the present one saves a year, by today's
-- terms: of the rows of uplift_features, in the order of their places; empty where a channel has
-- no known cost.
with in_force as (
    select *
    from platform_support.channel_terms
    where $as_of::date between valid_from and valid_to
    qualify row_number() over (partition by channel_code order by paid_month desc) = 1
),

costs as (
    select
        channels.channel_code,
        coalesce(in_force.rate_pct, 0)::double / 100 as rate,
        coalesce(in_force.floor_yuan, 0)::double as floor_yuan,
        coalesce(in_force.cap_yuan, 999999999)::double as cap_yuan,
        (coalesce(in_force.fixed_fee_yuan, 0) + handling.handling_cost_yuan)::double
            as fixed_yuan
    from data_processing.channels as channels
    left join in_force on channels.channel_code = in_force.channel_code
    inner join data_processing.channel_costs as handling
        on channels.channel_code = handling.channel_code
        and $as_of::date >= handling.valid_from
        and $as_of::date <= coalesce(handling.valid_to, date '9999-12-31')
    where channels.is_own or in_force.channel_code is not null
)

select
    features.payments * (
        least(greatest(features.mean_amount_yuan * now.rate, now.floor_yuan), now.cap_yuan)
        + now.fixed_yuan
        - least(
            greatest(features.mean_amount_yuan * target.rate, target.floor_yuan),
            target.cap_yuan
        ) - target.fixed_yuan
    ) as saving_yuan
from uplift_features as features
left join costs as now on features.present_channel_code = now.channel_code
left join costs as target on target.channel_code = $target
order by features.place

-- Channels that can be paid through today and whose cost a payment is known: by contract or own,
-- with a handling cost. The tier is that of the last whole month, where there is one.
create or replace temp table guidance_terms as
with in_force as (
    select *
    from platform_support.channel_terms
    where $as_of::date between valid_from and valid_to
    qualify row_number() over (
        partition by channel_code
        order by paid_month < date_trunc('month', $as_of::date + 1) desc, paid_month desc
    ) = 1
),

used as (
    select channel_code, sum(payments) / 365.0 as payments_a_day
    from platform_support.channel_region_days
    where paid_on between $as_of::date - 364 and $as_of::date
    group by channel_code
)

select
    channels.channel_code,
    channels.channel_name_en,
    channels.channel_name_zh,
    channels.channel_family,
    channels.is_own,
    coalesce(in_force.rate_pct, 0) as rate_pct,
    coalesce(in_force.fixed_fee_yuan, 0) as fixed_fee_yuan,
    in_force.floor_yuan,
    in_force.cap_yuan,
    costs.handling_cost_yuan,
    used.payments_a_day
from data_processing.channels as channels
inner join used on channels.channel_code = used.channel_code
inner join data_processing.channel_costs as costs
    on channels.channel_code = costs.channel_code
    and $as_of::date between costs.valid_from and coalesce(costs.valid_to, date '9999-12-31')
left join in_force on channels.channel_code = in_force.channel_code
where in_force.contract_id is not null or channels.is_own

-- What campaigns of the same target and means that had ended had moved on the eve of a later one:
-- one row per later campaign, earlier campaign and arm. Nothing later than that eve is counted.
with campaigns as (
    select
        members.campaign_code,
        any_value(members.target_channel_code) as target_channel_code,
        any_value(landed.contact_means) as contact_means,
        min(members.assigned_on) as starts_on,
        any_value(landed.ends_on) as ends_on
    from platform_support.campaign_members as members
    inner join data_processing.stg_landing__campaigns as landed
        on members.campaign_code = landed.campaign_code
    group by members.campaign_code
),

pairs as (
    select
        later.campaign_code as predicted_code,
        later.starts_on as begins_on,
        earlier.campaign_code,
        earlier.ends_on
    from campaigns as later
    inner join campaigns as earlier
        on later.target_channel_code = earlier.target_channel_code
        and later.contact_means = earlier.contact_means
        and later.starts_on > earlier.ends_on
),

outcomes as (
    select
        pairs.predicted_code,
        pairs.campaign_code,
        payments.customer_id,
        bool_or(payments.is_second_through_target) as is_relocated,
        bool_or(payments.paid_on <= pairs.ends_on and payments.is_through_target) as is_paid
    from pairs
    inner join platform_support.campaign_payments as payments
        on pairs.campaign_code = payments.campaign_code
        and pairs.begins_on > payments.paid_on
    group by all
)

select
    pairs.predicted_code,
    pairs.campaign_code,
    members.arm,
    count(*) as customers,
    count(*) filter (where outcomes.is_relocated) as relocated,
    count(*) filter (where outcomes.is_paid) as paid_through_target
from pairs
inner join platform_support.campaign_members as members
    on pairs.campaign_code = members.campaign_code
left join outcomes
    on pairs.predicted_code = outcomes.predicted_code
    and members.campaign_code = outcomes.campaign_code
    and members.customer_id = outcomes.customer_id
where members.arm in ('window', 'holdout')
group by all
order by pairs.predicted_code, pairs.campaign_code, members.arm

-- Of the rounds that are old enough, customers who moved to the channel that they were guided to,
-- and who was contacted for it: one row per round, segment, and whether the holdout left them alone.
with rounds as (
    select *
    from decided.guided_customers_kept
    where decided_on + $followed_days::int <= $as_of::date
),

contacts as (
    select
        contacts.customer_id,
        campaigns.target_channel_code,
        contacts.happened_on
    from data_processing.stg_landing__campaign_contacts as contacts
    inner join data_processing.stg_landing__campaigns as campaigns
        on contacts.campaign_code = campaigns.campaign_code
    where
        contacts.contact_event in ('contacted', 'sent', 'delivered')
        and contacts.happened_on > (select min(decided_on) from rounds)
),

followed as (
    select
        rounds.*,
        exists (
            select 1 from platform_support.customer_channel_moves as moves
            where
                moves.customer_id = rounds.customer_id
                and moves.to_channel_code = rounds.recommended_channel_code
                and moves.moved_on > rounds.decided_on
                and moves.confirmed_on <= rounds.decided_on + $followed_days::int
        ) as has_moved,
        exists (
            select 1 from contacts
            where
                contacts.customer_id = rounds.customer_id
                and contacts.target_channel_code = rounds.recommended_channel_code
                and contacts.happened_on > rounds.decided_on
                and contacts.happened_on <= rounds.decided_on + $contact_days::int
        ) as is_contacted
    from rounds
),

labelled as (
    select
        *,
        unnest(
            ['all', segment, 'to ' || recommended_channel_code]
            || case when is_exploration then ['drawn at random'] else [] end
        ) as label
    from followed
)

select
    decided_on,
    label as segment,
    is_held_out,
    count(*) as customers,
    count(*) filter (where has_moved) as moved,
    count(*) filter (where is_contacted) as contacted,
    count(*) filter (where is_p_move_assumed) as assumed,
    sum(p_move) as predicted,
    coalesce(sum(p_move) filter (where is_contacted), 0) as predicted_contacted
from labelled
group by decided_on, label, is_held_out
order by decided_on, label, is_held_out

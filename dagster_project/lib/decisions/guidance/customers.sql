-- One row per customer with a payment, in the order of the pseudonyms: what it pays now, for how
-- much, and whether it may be spoken to. Who is not in the customer file counts as protected.
create or replace temp table guidance_customers as
with spoken as (
    select
        customer_id,
        max(happened_on) filter (where contact_event in ('contacted', 'sent', 'delivered'))
            as last_contact_on,
        bool_or(contact_event = 'opted_out') as has_opted_out
    from data_processing.stg_landing__campaign_contacts
    where happened_on <= $as_of::date
    group by customer_id
),

known as (
    {known}
),

priced as (
    {priced}
)

select
    row_number() over (order by known.customer_id) - 1 as place,
    known.* exclude (weight, first_paid_on),
    coalesce(priced.known_share, 0)::double as known_share,
    (priced.share_costs / priced.known_share)::double as present_cost_yuan,
    priced.present_channel_cost_yuan::double as present_channel_cost_yuan,
    case
        when known.has_opted_out then 'opted_out'
        when known.year_payments = 0 then 'no_payment_in_a_year'
        when list_contains($kept_channels, known.present_channel_code) then 'kept_channel'
        when priced.present_channel_cost_yuan is null then 'present_cost_unknown'
        when known.is_protected and known.uses_counter then 'protected_at_counter'
        when known.last_contact_on + $days_between::int
            > coalesce(known.contact_on, $as_of::date + 1) then 'contacted_recently'
    end as left_alone_because
from known
left join priced on known.customer_id = priced.customer_id

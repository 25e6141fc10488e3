with campaigns as (
    select
        *,
        least(ends_on, {{ as_of() }}) as last_on
    from {{ ref('stg_landing__campaigns') }}
),

contacts as (
    select * from {{ ref('stg_landing__campaign_contacts') }}
),

visits as (
    select * from {{ ref('stg_landing__channel_visits') }}
),

fact as (
    select * from {{ ref('int_payments_matched') }}
),

-- Who was assigned twice stays in the first arm, on the first day.
assigned as (
    select
        campaign_code,
        customer_id,
        arm,
        happened_on,
        content_code
    from contacts
    where contact_event = 'assigned' and arm is not null
    qualify
        row_number() over (
            partition by campaign_code, customer_id
            order by happened_on nulls last, happened_at nulls last, arm nulls last
        ) = 1
),

audience as (
    select
        assigned.campaign_code,
        assigned.customer_id,
        assigned.arm,
        campaigns.target_channel_code,
        case
            when assigned.arm = 'holdout' then 'none'
            else coalesce(assigned.content_code, campaigns.content_code, 'undeclared')
        end as content_code,
        assigned.happened_on as assigned_on,
        greatest(assigned.happened_on, campaigns.starts_on) as counts_from,
        campaigns.last_on
    from assigned
    inner join campaigns on assigned.campaign_code = campaigns.campaign_code
),

payment_days as (
    select
        audience.campaign_code,
        audience.customer_id,
        fact.paid_on,
        bool_or(fact.channel_code = audience.target_channel_code) as is_through_target,
        sum(fact.amount_yuan) as amount_yuan
    from fact
    inner join audience
        on fact.customer_id = audience.customer_id
        and fact.paid_on between audience.counts_from and audience.last_on
    where fact.payment_status = 'success'
    group by audience.campaign_code, audience.customer_id, fact.paid_on
),

-- A contact before the assignment is listed in campaign_contact_findings, and not used.
steps as (
    select
        audience.campaign_code,
        audience.customer_id,
        contacts.contact_event as step,
        min(contacts.happened_on) as happened_on,
        0 as amount_yuan
    from contacts
    inner join audience
        on contacts.campaign_code = audience.campaign_code
        and contacts.customer_id = audience.customer_id
        and contacts.happened_on >= audience.assigned_on
    group by audience.campaign_code, audience.customer_id, contacts.contact_event
    union all
    select
        audience.campaign_code,
        audience.customer_id,
        'visited' as step,
        min(visits.visited_on) as happened_on,
        0 as amount_yuan
    from visits
    inner join audience
        on visits.customer_id = audience.customer_id
        and visits.channel_code = audience.target_channel_code
        and visits.visited_on between audience.counts_from and audience.last_on
    group by audience.campaign_code, audience.customer_id
    union all
    select
        campaign_code,
        customer_id,
        'paid' as step,
        min(paid_on) as happened_on,
        0 as amount_yuan
    from payment_days
    group by campaign_code, customer_id
    union all
    select
        campaign_code,
        customer_id,
        'paid_through_target' as step,
        min(paid_on) as happened_on,
        0 as amount_yuan
    from payment_days
    where is_through_target
    group by campaign_code, customer_id
    union all
    select
        campaign_code,
        customer_id,
        'amount' as step,
        paid_on as happened_on,
        amount_yuan
    from payment_days
)

select
    steps.campaign_code,
    steps.customer_id,
    audience.arm,
    audience.content_code,
    steps.step,
    steps.happened_on,
    cast(steps.amount_yuan as decimal(38, 2)) as amount_yuan
from steps
inner join audience
    on steps.campaign_code = audience.campaign_code
    and steps.customer_id = audience.customer_id

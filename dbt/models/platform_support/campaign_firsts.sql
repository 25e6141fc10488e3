with campaigns as (
    select * from {{ ref('stg_landing__campaigns') }}
),

contacts as (
    select * from {{ ref('stg_landing__campaign_contacts') }}
),

assigned as (
    select
        contacts.campaign_code,
        contacts.customer_id,
        min_by(contacts.arm, contacts.happened_on) as arm,
        min(contacts.happened_on) as assigned_on
    from contacts
    where contacts.contact_event = 'assigned'
    group by contacts.campaign_code, contacts.customer_id
),

audience as (
    select
        assigned.*,
        campaigns.target_channel_code,
        campaigns.starts_on,
        least(campaigns.ends_on, {{ as_of() }}) as last_on
    from assigned
    inner join campaigns on assigned.campaign_code = campaigns.campaign_code
),

contact_firsts as (
    select
        campaign_code,
customer_id,
contact_event as step,
min(happened_on) as happened_on
    from contacts
    group by campaign_code, customer_id, contact_event
),

visit_firsts as (
    select
        audience.campaign_code,
        audience.customer_id,
        'visited' as step,
        min(visits.visited_on) as happened_on
    from {{ ref('stg_landing__channel_visits') }} as visits
    inner join audience
        on visits.customer_id = audience.customer_id
        and visits.channel_code = audience.target_channel_code
        and visits.visited_on between audience.assigned_on and audience.last_on
    group by audience.campaign_code, audience.customer_id
),

payments as (
    select
        audience.campaign_code,
        audience.customer_id,
        fact.paid_on,
        fact.amount_yuan,
        fact.channel_code = audience.target_channel_code as is_through_target
    from {{ ref('int_payments_matched') }} as fact
    inner join audience
        on fact.customer_id = audience.customer_id
        and fact.paid_on between audience.assigned_on and audience.last_on
    where fact.payment_status = 'success'
),

payment_firsts as (
    select
campaign_code,
customer_id,
'paid' as step,
min(paid_on) as happened_on
    from payments
    group by campaign_code, customer_id
    union all
    select
campaign_code,
customer_id,
'paid_through_target',
min(paid_on)
    from payments
    where is_through_target
    group by campaign_code, customer_id
),

amounts as (
    select
        campaign_code,
customer_id,
'amount' as step,
paid_on as happened_on,
sum(amount_yuan) as amount_yuan
    from payments
    group by campaign_code, customer_id, paid_on
),

steps as (
    select
*,
cast(0 as decimal(38, 2)) as amount_yuan
from contact_firsts
    union all
    select
*,
cast(0 as decimal(38, 2))
from visit_firsts
    union all
    select
*,
cast(0 as decimal(38, 2))
from payment_firsts
    union all
    select * from amounts
)

select
    steps.campaign_code,
    steps.customer_id,
    audience.arm,
    steps.step,
    steps.happened_on,
    steps.amount_yuan
from steps
inner join audience
    on
        steps.campaign_code = audience.campaign_code
        and steps.customer_id = audience.customer_id

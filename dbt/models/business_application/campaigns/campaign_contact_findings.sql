with contacts as (
    select * from {{ ref('stg_landing__campaign_contacts') }}
),

campaigns as (
    select * from {{ ref('stg_landing__campaigns') }}
),

firsts as (
    select * from {{ ref('campaign_firsts') }}
),

ledger as (
    select * from {{ ref('delivery_ledger') }}
),

assigned as (
    select
        campaign_code,
        customer_id,
        arm,
        happened_on as assigned_on
    from firsts
    where step = 'assigned'
),

judged as (
    select
        contacts.campaign_code,
        contacts.customer_id,
        contacts.contact_event,
        contacts.happened_on,
        contacts.delivery_id,
        contacts.source_line,
        case
            when campaigns.campaign_code is null then 'unknown_campaign'
            when contacts.contact_event = 'assigned' and contacts.arm is null
                then 'assigned_without_arm'
            when contacts.contact_event = 'assigned' and contacts.arm <> assigned.arm
                then 'assigned_again'
            when assigned.customer_id is null then 'not_in_audience'
            when contacts.happened_on < assigned.assigned_on then 'before_assignment'
            when contacts.contact_event <> 'assigned' and assigned.arm = 'holdout'
                then 'in_holdout'
        end as finding
    from contacts
    left join campaigns on contacts.campaign_code = campaigns.campaign_code
    left join assigned
        on contacts.campaign_code = assigned.campaign_code
        and contacts.customer_id = assigned.customer_id
)

-- Contacts of the holdout are used: whoever was assigned to it stays in it, contacted or not.
select
    judged.campaign_code,
    judged.customer_id,
    judged.contact_event,
    judged.happened_on,
    judged.finding,
    judged.finding = 'in_holdout' as is_used,
    ledger.file_name,
    judged.source_line,
    judged.delivery_id
from judged
left join ledger on judged.delivery_id = ledger.delivery_id
where judged.finding is not null

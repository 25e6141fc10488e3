-- What is followed up is a complaint that was received, or a need without one; nobody's complaint is
-- given to another customer.
with followups as (
    select * from {{ ref('service_followups') }}
),

complaints as (
    select * from {{ ref('int_complaints_attributed') }}
)

select
    followups.followup_id,
    followups.complaint_id
from followups
left join complaints on followups.complaint_id = complaints.complaint_id
where
    (followups.kind = 'unmet_need') <> (followups.complaint_id is null)
    or (followups.complaint_id is not null and complaints.complaint_id is null)
    or (
        followups.complaint_id is not null
        and followups.customer_id is distinct from complaints.customer_id
    )

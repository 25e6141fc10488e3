-- A follow-up is asked for on the day it came or later, is due after that, and is in the state that
-- its days say; one of a complaint names it.
with followups as (
    select * from {{ ref('service_followups') }}
)

select
    followup_id,
    received_on,
    asked_on,
    deadline_on,
    answered_on,
    state
from followups
where
    asked_on < received_on
    or deadline_on <= asked_on
    or answered_on < received_on
    or (answered_on is null) <> (state in ('open', 'overdue'))
    or coalesce(answered_on > deadline_on, false) <> (state = 'answered_late')
    or coalesce(working_days_left < 0, false) <> (state = 'overdue')
    or (kind = 'unmet_need') <> (complaint_id is null)
    or priority < 1

-- A follow-up is asked for on the day it came or later, is due after that, is in the state that its
-- days say, and is about a channel that exists.
with followups as (
    select * from {{ ref('service_followups') }}
),

channels as (
    select * from {{ ref('channels') }}
)

select
    followups.followup_id,
    followups.received_on,
    followups.asked_on,
    followups.deadline_on,
    followups.state,
    followups.channel_code
from followups
left join channels on followups.channel_code = channels.channel_code
where
    followups.asked_on < followups.received_on
    or followups.deadline_on <= followups.asked_on
    or followups.answered_on < followups.received_on
    or (followups.answered_on is null) <> (followups.state in ('open', 'overdue'))
    or coalesce(followups.answered_on > followups.deadline_on, false)
    <> (followups.state = 'answered_late')
    or coalesce(followups.working_days_left < 0, false) <> (followups.state = 'overdue')
    or followups.priority < 1
    or (followups.channel_code is not null and channels.channel_code is null)

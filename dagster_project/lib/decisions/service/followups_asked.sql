-- Complaints that are open or lately answered, and answers that did not satisfy.
select
    'complaint-' || complaint_id as followup_id,
    'complaint' as kind,
    category as rule,
    received_on as since,
    -- What is answered after today is not answered yet.
    case when answered_on <= cast($as_of as date) then answered_on end as answered_on,
    complaints.* exclude (answered_on)
from complaints
where
    answered_on is null
    or answered_on > cast($as_of as date) - cast($answered_days as int)
    or answered_on > cast($as_of as date)
union all by name
select
    'dissatisfied-' || complaint_id as followup_id,
    'dissatisfied' as kind,
    'dissatisfied' as rule,
    answered_on as since,
    null::date as answered_on,
    complaints.* exclude (answered_on)
from complaints
where
    is_satisfied = false
    and answered_on > cast($as_of as date) - cast($dissatisfied_days as int)
    and answered_on <= cast($as_of as date)

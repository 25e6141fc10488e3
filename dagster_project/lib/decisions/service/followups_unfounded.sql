-- Follow-ups of a complaint that was not received, of another customer's, or about a channel that
-- does not exist. Registered beside it: followup_rows.
select count(*) as unfounded
from followup_rows as followups
left join data_processing.int_complaints_attributed as complaints
    on followups.complaint_id = complaints.complaint_id
left join data_processing.channels as channels
    on followups.channel_code = channels.channel_code
where
    (followups.complaint_id is not null and complaints.complaint_id is null)
    or (
        followups.complaint_id is not null
        and followups.customer_id is distinct from complaints.customer_id
    )
    or (followups.channel_code is not null and channels.channel_code is null)

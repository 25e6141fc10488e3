with followups as (
    select * from {{ source('decided', 'service_followups') }}
)

select
    followup_id,
    kind,
    complaint_id,
    customer_id,
    customer_type,
    category,
    category_source,
    category_score,
    need_code,
    channel_code,
    received_on,
    asked_on,
    working_days,
    deadline_on,
    answered_on,
    working_days_left,
    state,
    answer_channel,
    priority,
    reason_en,
    reason_zh
from followups

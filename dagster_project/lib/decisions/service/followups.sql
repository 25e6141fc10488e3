-- One row per follow-up as of $as_of. Registered beside it: followup_days (the calendar with
-- working days counted) and followup_categories (what each category asks for, declared).
with as_of_day as (
    select
        day as today,
        workdays_through as workdays_to_today
    from followup_days
    where day = cast($as_of as date)
),

complaints as (
    {complaints}
),

repeated as (
    select
        customer_id,
        count(*) as complaints_of_quarter
    from complaints
    where customer_id is not null and received_on > cast($as_of as date) - cast($repeat_days as int)
    group by customer_id
),

asked as (
    {asked}
),

broken_off as (
    {broken_off}
),

wanted as (
    select * from asked
    union all by name
    select * from broken_off
),

dated as (
    {dated}
),

known as (
    {known}
),

worded as (
    {worded}
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
    since as asked_on,
    working_days,
    deadline_on,
    answered_on,
    case when state in ('open', 'overdue') then working_days_left end as working_days_left,
    state,
    case when is_protected then $protected_channel else channel end as answer_channel,
    greatest(
        base_priority
        - cast(state = 'overdue' as int)
        - cast(kind <> 'unmet_need' and complaints_of_quarter > 1 as int)
        - cast(is_protected as int),
        $most_urgent
    ) as priority,
    reason_en,
    reason_zh
from worded
order by priority, deadline_on, followup_id

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
    select
        attributed.complaint_id,
        attributed.customer_id,
        attributed.channel_code,
        attributed.received_on,
        cast(attributed.answered_at as date) as answered_on,
        attributed.is_satisfied,
        case
            when attributed.category <> 'other' then attributed.category
            else coalesce(classes.category, 'unclassified')
        end as category,
        case
            when attributed.category <> 'other' then 'delivered'
            when classes.category <> 'unclassified' then classes.method
            else 'none'
        end as category_source,
        case when attributed.category = 'other' then classes.score end as category_score,
        classes.need_code
    from data_processing.int_complaints_attributed as attributed
    left join decided.complaint_classes as classes
        on attributed.complaint_id = classes.complaint_id
    where attributed.received_on <= cast($as_of as date)
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
),

visits as (
    select
        customer_id,
        count(*) as broken_off,
        max(visited_on) as since,
        max(coalesce(visited_at, cast(visited_on as timestamp))) as last_at,
        max_by(channel_code, coalesce(visited_at, cast(visited_on as timestamp))) as channel_code
    from data_processing.stg_landing__channel_visits
    where
        furthest_step = 'payment_started'
        and customer_id is not null
        and business_date > cast($as_of as date) - cast($visit_days as int)
        and business_date <= cast($as_of as date)
    group by customer_id
    having count(*) >= $least_broken_off
),

broken_off as (
    select
        'visit-' || visits.customer_id || '-' || visits.since as followup_id,
        'unmet_need' as kind,
        'payment_broken_off' as rule,
        'payment_broken_off' as category,
        'visits' as category_source,
        'help_online' as need_code,
        visits.customer_id,
        visits.channel_code,
        visits.since,
        visits.since as received_on,
        visits.broken_off
    from visits
    anti join data_processing.int_payments_matched as payments
        on
            visits.customer_id = payments.customer_id
            and payments.paid_at >= visits.last_at
            and payments.paid_on > cast($as_of as date) - cast($visit_days as int)
            and payments.paid_on <= cast($as_of as date)
            and payments.payment_status = 'success'
),

wanted as (
    select * from asked
    union all by name
    select * from broken_off
),

termed as (
    select
        wanted.*,
        rules.title_en,
        rules.title_zh,
        rules.working_days,
        rules.priority as base_priority,
        rules.channel,
        since_days.workdays_through as workdays_to_since
    from wanted
    inner join followup_categories as rules on wanted.rule = rules.code
    inner join followup_days as since_days on wanted.since = since_days.day
),

dated as (
    select
        termed.*,
        deadline_days.day as deadline_on
    from termed
    inner join followup_days as deadline_days
        on
            deadline_days.is_workday
            and termed.workdays_to_since + termed.working_days = deadline_days.workdays_through
),

known as (
    select
        dated.*,
        customers.customer_type,
        coalesce(customers.is_elderly, false) or coalesce(customers.is_low_income, false)
            as is_protected,
        coalesce(repeated.complaints_of_quarter, 0) as complaints_of_quarter,
        case
            when answered_on > deadline_on then 'answered_late'
            when answered_on is not null then 'answered'
            when deadline_on < as_of_day.today then 'overdue'
            else 'open'
        end as state,
        deadlines.workdays_through - as_of_day.workdays_to_today as working_days_left
    from dated
    cross join as_of_day
    inner join followup_days as deadlines on dated.deadline_on = deadlines.day
    left join data_processing.int_customers_versioned as customers
        on
            dated.customer_id = customers.customer_id
            and customers.valid_from <= as_of_day.today
            and customers.valid_to > as_of_day.today
    left join repeated on dated.customer_id = repeated.customer_id
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
    concat(
        case kind
            when 'complaint' then 'complaint: ' || title_en
            when 'dissatisfied' then 'the answer of ' || since || ' did not satisfy'
            else broken_off || ' online payments broken off, none since'
        end,
        '; ', working_days, ' working days from ', since,
        case when state = 'overdue' then '; overdue' else '' end,
        case when kind <> 'unmet_need' and complaints_of_quarter > 1
            then '; ' || complaints_of_quarter || ' complaints in a quarter' else '' end,
        case when is_protected then '; protected household, by phone' else '' end,
        case category_source
            when 'model' then '; category by the text classifier'
            when 'dictionary' then '; category by the dictionary of terms'
            when 'none' then '; category unsure, the shortest term applies'
            else ''
        end
    ) as reason_en,
    concat(
        case kind
            when 'complaint' then '投诉：' || title_zh
            when 'dissatisfied' then '对' || since || '的答复不满意'
            else '线上缴费中断' || broken_off || '次，此后未缴费'
        end,
        '；自', since, '起', working_days, '个工作日内办结',
        case when state = 'overdue' then '；已超期' else '' end,
        case when kind <> 'unmet_need' and complaints_of_quarter > 1
            then '；一季度内投诉' || complaints_of_quarter || '次' else '' end,
        case when is_protected then '；重点保障用户，电话答复' else '' end,
        case category_source
            when 'model' then '；类别由文本分类模型判定'
            when 'dictionary' then '；类别由词典判定'
            when 'none' then '；类别不确定，按最短时限办理'
            else ''
        end
    ) as reason_zh
from known
order by priority, deadline_on, followup_id

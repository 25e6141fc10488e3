-- The working days on which each enterprise is contacted; none where nothing is offered
-- or no window is known. Registered beside it: enterprise_days (the calendar).
with served as (
    {served}
),

today as (
    select workdays_through as through
    from enterprise_days
    where day = cast($as_of as date)
),

placed as (
    select
        served.*,
        case
            when service_code = $nothing then 'none'
            when coalesce(is_overdue, false) then 'overdue'
            when window_50_from is not null then 'window'
            else 'unknown'
        end as contact_basis,
        today.through as through_today,
        opens.workdays_through as through_opening,
        closes.workdays_through as through_closing
    from served
    cross join today
    left join enterprise_days as opens on served.window_50_from = opens.day
    left join enterprise_days as closes on served.window_50_to = closes.day
),

opened as (
    select
        *,
        case contact_basis
            when 'overdue' then through_today + 1
            when 'window' then greatest(through_opening - $contact_lead_days, through_today + 1)
        end as opens_at
    from placed
),

closed as (
    select
        *,
        case contact_basis
            when 'overdue' then opens_at + $overdue_contact_days - 1
            when 'window' then greatest(coalesce(through_closing, opens_at), opens_at)
        end as closes_at
    from opened
)

select
    closed.customer_id,
    closed.region_code,
    closed.needs_en,
    closed.needs_zh,
    closed.arrears_risk,
    closed.p_unpaid_at_due,
    closed.due_payments,
    closed.late_payments,
    closed.open_due_on,
    closed.service_code,
    closed.service_en,
    closed.service_zh,
    first_days.day as contact_from,
    last_days.day as contact_to,
    case
        when first_days.day is null then null
        when closed.best_hour_band = 'afternoon' then 'afternoon'
        else 'morning'
    end as contact_hour_band,
    closed.likely_channel_code,
    concat(
        closed.service_reason_en, '; arrears risk ', closed.risk_en, ': ', closed.risk_reason_en,
        case closed.contact_basis
            when 'window' then '; contact before the likely payment'
            when 'overdue' then '; overdue since ' || closed.open_due_on
            when 'unknown' then '; no contact day: the payment window is not known ('
                || coalesce(closed.basis, 'not scored') || ')'
            else ''
        end
    ) as reason_en,
    concat(
        closed.service_reason_zh, '；欠费风险', closed.risk_zh, '：', closed.risk_reason_zh,
        case closed.contact_basis
            when 'window' then '；在预计缴费前联系'
            when 'overdue' then '；' || closed.open_due_on || '到期未缴'
            when 'unknown' then '；无建议联系日：缴费窗口未知（'
                || coalesce(closed.basis, '未评分') || '）'
            else ''
        end
    ) as reason_zh
from closed
left join enterprise_days as first_days
    on first_days.is_workday and closed.opens_at = first_days.workdays_through
left join enterprise_days as last_days
    on last_days.is_workday and closed.closes_at = last_days.workdays_through
order by closed.customer_id

with days as (
    select
        cast(cast('2000-01-01' as date) + cast(day_number as int) as date)
            as calendar_date
    from range(20000) as numbers (day_number)
),

overrides as (
    select * from {{ ref('calendar_overrides') }}
)

select
    days.calendar_date,
    {{ month_of('days.calendar_date') }} as calendar_month,
    {{ is_weekend('days.calendar_date') }} as is_weekend,
    coalesce(overrides.is_workday, not {{ is_weekend('days.calendar_date') }})
        as is_workday,
    overrides.reason as override_reason
from days
left join overrides on days.calendar_date = overrides.calendar_date

-- What is wanted with its declared term, and the working day on which that ends.
with termed as (
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
)

select
    termed.*,
    deadline_days.day as deadline_on
from termed
inner join followup_days as deadline_days
    on
        deadline_days.is_workday
        and termed.workdays_to_since + termed.working_days = deadline_days.workdays_through

-- Every guided customer is in the summary, pair by pair, wherever its cell may be shown.
{{ config(meta={'dagster': {'ref': {'name': 'guidance_summary'}}}) }}

with guided as (
    select * from {{ ref('channel_guidance') }}
),

summary as (
    select * from {{ ref('guidance_summary') }}
    where outcome in ('guided', 'guided_at_random') and not is_small_cell
),

counted as (
    select
        present_channel_code,
        recommended_channel_code,
        if(is_exploration, 'guided_at_random', 'guided') as outcome,
        count(*) as customers,
        sum(saving_per_year_yuan) as saving_per_year_yuan
    from guided
    group by all
)

select
    summary.outcome,
    summary.present_channel_code,
    summary.recommended_channel_code
from summary
left join counted
    on summary.outcome = counted.outcome
    and summary.present_channel_code = counted.present_channel_code
    and summary.recommended_channel_code = counted.recommended_channel_code
where
    counted.customers is null
    or counted.customers <> summary.customers
    or abs(counted.saving_per_year_yuan - summary.saving_per_year_yuan) > 0.01

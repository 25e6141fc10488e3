-- The plan's saving is the sum of its channels', and a channel's is the difference of its fees and
-- handling costs; doubles, so to a fen.
{{ config(meta={'dagster': {'ref': {'name': 'commission_plan'}}}) }}

with channels as (
    select distinct
        channel_code,
        plan_saving_yuan,
        expected_saving_yuan,
        present_commission_yuan
        + coalesce(present_handling_yuan, 0)
        - expected_commission_yuan
        - coalesce(expected_handling_yuan, 0) as difference_yuan
    from {{ ref('commission_plan') }}
)

select
    plan_saving_yuan,
    sum(expected_saving_yuan) as channels_yuan
from channels
group by plan_saving_yuan
having
    abs(plan_saving_yuan - sum(expected_saving_yuan)) > 0.01
    or max(abs(expected_saving_yuan - difference_yuan)) > 0.01

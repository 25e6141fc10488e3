with results as (
    select * from {{ source('decided', 'uplift_evaluation') }}
)

select
    target_channel_code,
    learner,
    evaluated_on,
    campaign_codes,
    contact_means,
    contact_cost_yuan,
    contacted,
    held_out,
    conversions,
    is_chosen,
    average_uplift,
    average_uplift_low,
    average_uplift_high,
    qini,
    qini_low,
    qini_high,
    auuc,
    auuc_low,
    auuc_high,
    rate,
    rate_low,
    rate_high,
    policy_value_yuan,
    policy_value_yuan_low,
    policy_value_yuan_high,
    share_contacted,
    scored_customers,
    deployed_customers,
    decision,
    reason_en,
    reason_zh
from results

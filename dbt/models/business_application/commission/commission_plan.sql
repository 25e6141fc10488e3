with plan as (
    select * from {{ source('decided', 'commission_plan') }}
)

select
    channel_code,
    tier_from_yuan,
    contract_id,
    is_lever,
    is_changed,
    present_rate_pct,
    proposed_rate_pct,
    present_fixed_fee_yuan,
    proposed_fixed_fee_yuan,
    channel_grade,
    channel_score,
    present_payments,
    expected_payments,
    present_commission_yuan,
    expected_commission_yuan,
    commission_change_pct,
    commission_change_low_pct,
    commission_change_high_pct,
    present_handling_yuan,
    expected_handling_yuan,
    expected_saving_yuan,
    plan_saving_yuan,
    plan_saving_low_yuan,
    plan_saving_high_yuan,
    worse_probability,
    response_per_point,
    is_response_assumed,
    reason_en,
    reason_zh,
    assumptions_en,
    assumptions_zh
from plan

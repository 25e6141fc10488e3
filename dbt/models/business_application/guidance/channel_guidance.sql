with results as (
    select * from {{ source('decided', 'channel_guidance') }}
)

select
    decided_on,
    customer_id,
    region_code,
    present_channel_code,
    recommended_channel_code,
    contact_means,
    saving_per_year_yuan,
    saving_low_yuan,
    saving_high_yuan,
    saving_if_moved_yuan,
    net_gain_yuan,
    contact_cost_yuan,
    p_move,
    is_p_move_assumed,
    p_move_basis,
    retention,
    payments_per_year,
    usual_amount_yuan,
    known_share,
    present_cost_per_payment_yuan,
    recommended_cost_per_payment_yuan,
    contact_on,
    contact_hour_band,
    is_exploration,
    propensity,
    is_protected,
    reason_en,
    reason_zh
from results

with results as (
    select * from {{ source('platform_support', 'payment_windows_scored') }}
)

select
    release_id,
    customer_id,
    basis,
    median_pay_on,
    window_50_from,
    window_50_to,
    window_80_from,
    window_80_to,
    window_95_from,
    window_95_to,
    p_pay_7,
    p_pay_14,
    p_pay_28,
    p_unpaid_at_due,
    likely_channel_code,
    p_channel,
    best_hour_band,
    hour_band_share,
    depletes_on,
    expected_amount_yuan,
    weight_bill_hazard,
    weight_lognormal_delay,
    weight_habit_classes,
    weight_renewal_mixture,
    weight_first_passage,
    weight_stratum_rate
from results

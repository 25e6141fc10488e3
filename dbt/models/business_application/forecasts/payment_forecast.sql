with results as (
    select * from {{ source('platform_support', 'payment_forecast_predicted') }}
)

select
    release_id,
    channel_code,
    region_code,
    forecast_on,
    expected_payments,
    payments_low_80,
    payments_high_80,
    payments_low_95,
    payments_high_95,
    expected_amount_yuan,
    amount_low_80,
    amount_high_80,
    amount_low_95,
    amount_high_95,
    payments_model,
    amount_model,
    timing_weight,
    is_calendar_estimated
from results

with results as (
    select * from {{ source('platform_support', 'payment_timing_backtests') }}
)

select
    release_id,
    model,
    origin_on,
    segment,
    metric,
    value,
    low,
    high,
    customers
from results

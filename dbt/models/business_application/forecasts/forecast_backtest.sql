with results as (
    select * from {{ source('platform_support', 'forecasting_backtests') }}
)

select
    release_id,
    measure,
    candidate,
    series,
    origin,
    wql,
    mase,
    rmsse,
    scrps,
    coverage_80,
    coverage_95,
    bias,
    seconds_per_series
from results

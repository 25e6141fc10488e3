with responses as (
    select * from {{ source('decided', 'commission_responses') }}
)

select
    channel_code,
    changed_month,
    change_points,
    months_before,
    months_after,
    estimate_per_point,
    estimate_std_error,
    response_per_point,
    response_sd,
    is_assumed,
    paid_pct,
    note_en,
    note_zh
from responses

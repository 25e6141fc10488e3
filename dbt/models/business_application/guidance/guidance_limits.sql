with results as (
    select * from {{ source('decided', 'guidance_limits') }}
)

select
    decided_on,
    limit_code,
    limit_of,
    unit,
    limit_value,
    used_value,
    multiplier_yuan,
    matched_gain_yuan,
    explored_gain_yuan,
    gain_bound_yuan,
    duality_gap_pct,
    note_en,
    note_zh
from results

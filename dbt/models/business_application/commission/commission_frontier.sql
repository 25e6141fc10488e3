with frontier as (
    select * from {{ source('decided', 'commission_frontier') }}
)

select
    largest_cut_pct,
    is_declared,
    expected_saving_yuan,
    saving_low_yuan,
    saving_high_yuan,
    worse_probability,
    partners_change_pct,
    schedule,
    reason_en,
    reason_zh
from frontier

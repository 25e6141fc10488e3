with results as (
    select * from {{ source('platform_support', 'platform_operation_graded') }}
)

select
    release_id,
    operated_month,
    indicator_group,
    indicator_group_en,
    indicator_group_zh,
    membership_excellent,
    membership_good,
    membership_fair,
    membership_poor,
    score,
    grade,
    grade_zh,
    grade_validity_index,
    dropped_indicators_en,
    dropped_indicators_zh,
    reason_en,
    reason_zh
from results

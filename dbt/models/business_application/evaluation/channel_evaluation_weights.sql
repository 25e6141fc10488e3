with results as (
    select * from {{ source('platform_support', 'channel_weights_found') }}
)

select
    release_id,
    indicator_group,
    indicator,
    indicator_en,
    indicator_zh,
    unit_of_measure,
    direction,
    source,
    is_dropped,
    group_weight,
    weight_judged,
    weight_entropy,
    weight_critic,
    weight,
    weight_overall,
    breakpoints,
    group_consistency_ratio,
    note_en,
    note_zh
from results

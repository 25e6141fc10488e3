with results as (
    select * from {{ source('platform_support', 'customer_segments_assigned') }}
)

select
    release_id,
    customer_id,
    segment,
    distance,
    second_segment,
    second_distance,
    is_far,
    imputed_features,
    previous_segment,
    moved_by_en,
    moved_by_zh
from results

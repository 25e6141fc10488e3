with features as (
    {{ segment_features_as_of(as_of()) }}
)

select *
from features

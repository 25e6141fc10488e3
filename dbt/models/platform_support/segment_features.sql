-- As of the end of the last whole month: segments move month by month, and a day costs a day.
{{ config(materialized='view') }}

with features as (
    {{ segment_features_as_of('(' ~ whole_month_end() ~ ')') }}
)

select *
from features

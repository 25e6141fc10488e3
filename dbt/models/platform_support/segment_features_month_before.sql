-- Against which the movement of customers between segments is measured.
{{ config(materialized='view') }}

with features as (
    {{ segment_features_as_of('(' ~ whole_month_end(1) ~ ')') }}
)

select *
from features

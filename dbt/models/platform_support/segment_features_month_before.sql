-- Against which the movement of customers between segments is measured; read by the models only.
{{ config(materialized='view') }}

with features as (
    {{ segment_features_as_of('(' ~ as_of() ~ ' - 30)') }}
)

select *
from features

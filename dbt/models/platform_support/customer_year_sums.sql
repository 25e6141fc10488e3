-- Late data: rows of customers who changed on their last day or before it are deleted and summed
-- anew; when a month has ended the sums to its end are added for everybody and the oldest leave.
-- Two ends of months are kept.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_outdated_year_sums() }}"
    )
}}

with newest as (
    {{ year_sums(0) }}
),

month_before as (
    {{ year_sums(1) }}
)

select *
from newest
union all
select *
from month_before

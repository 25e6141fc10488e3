-- The complaints by channel add up to the complaints.
{{ config(meta={'dagster': {'ref': {'name': 'complaints_by_channel'}}}) }}

with complaints as (
    select count(*) as complaints
    from {{ ref('int_complaints_attributed') }}
),

counted as (
    select coalesce(sum(complaints), 0) as complaints
    from {{ ref('complaints_by_channel') }}
)

select
    complaints.complaints as wanted,
    counted.complaints as found
from complaints
cross join counted
where complaints.complaints <> counted.complaints

-- Who gained a tag on the last day of changes holds it since then; who lost one holds it no longer.
{{ config(meta={'dagster': {'ref': {'name': 'customer_tag_history'}}}) }}

with changes as (
    select * from {{ ref('customer_tag_history') }}
),

newest as (
    select max(changed_on) as changed_on
    from changes
),

last_changes as (
    select changes.*
    from changes
    inner join newest on changes.changed_on = newest.changed_on
),

held as (
    select * from {{ ref('customer_tags') }}
)

select
    last_changes.customer_id,
    last_changes.tag_code,
    last_changes.change
from last_changes
left join held
    on last_changes.customer_id = held.customer_id
    and last_changes.tag_code = held.tag_code
    and last_changes.held_since = held.held_since
where (last_changes.change = 'gained') <> (held.customer_id is not null)

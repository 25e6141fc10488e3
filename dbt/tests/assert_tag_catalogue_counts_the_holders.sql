-- The catalogue counts what was before, gained and lost; the rows that are there are as many.
{{ config(meta={'dagster': {'ref': {'name': 'tag_catalogue'}}}) }}

with held as (
    select
        tag_code,
        count(*) as customers
    from {{ ref('customer_tags') }}
    group by tag_code
),

catalogue as (
    select * from {{ ref('tag_catalogue') }}
    where not is_small_cell
)

select
    catalogue.tag_code,
    catalogue.customers,
    held.customers as customers_found
from catalogue
left join held on catalogue.tag_code = held.tag_code
where catalogue.customers <> coalesce(held.customers, 0)

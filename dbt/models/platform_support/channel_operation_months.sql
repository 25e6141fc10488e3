-- Late data: the months of changed operations are deleted and inserted.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed(changed_months('channel_operations', 'operated_month')) }}"
    )
}}

with operations as (
    select
        *,
        {{ month_of('operated_on') }} as operated_month
    from {{ ref('stg_landing__channel_operations') }}
    where {{ changed_since('channel_operations', 'business_date', 31) }}
)

-- The code of a site begins with its place: a region's code, or something else.
select
    channel_code,
    operated_month,
    split_part(site_code, '-', 1) as place_code,
    count(*) as site_days,
    cast(sum(open_hours) as double) as open_hours,
    cast(sum(outage_minutes) as double) as outage_minutes,
    cast(sum(queue_minutes) as double) as queue_minutes,
    cast(sum(staff * open_hours) as double) as staff_hours
from operations
where {{ changed_months('channel_operations', 'operated_month') }}
group by channel_code, operated_month, split_part(site_code, '-', 1)

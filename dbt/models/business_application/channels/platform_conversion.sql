{% set steps = [
    'visits', 'signed_in_visits', 'bill_views', 'payment_starts', 'payments'
] %}

with visits as (
    select * from {{ ref('stg_landing__channel_visits') }}
),

channels as (
    select * from {{ ref('channels') }}
),

counted as (
    select
        visits.channel_code,
        visits.visited_on,
        count(*) as visits,
        count(visits.customer_id) as signed_in_visits,
        count(*) filter (where visits.furthest_step <> 'opened') as bill_views,
        count(*) filter (
            where visits.furthest_step in ('payment_started', 'payment_succeeded')
        ) as payment_starts,
        count(*) filter (where visits.furthest_step = 'payment_succeeded') as payments
    from visits
    inner join channels on visits.channel_code = channels.channel_code
    where channels.is_online
    group by visits.channel_code, visits.visited_on
)

select
    channel_code,
    visited_on,
    visits < {{ var('small_cell_customers') }} as is_small_cell,
    {% for step in steps %}
        case when visits >= {{ var('small_cell_customers') }} then {{ step }} end
            as {{ step }},
    {% endfor %}
    cast(
        case
            when
                visits >= {{ var('small_cell_customers') }}
                then 100.0 * bill_views / visits
        end as decimal(
            9, 4
        )
    ) as bill_view_pct,
    cast(
        case
            when
                visits >= {{ var('small_cell_customers') }}
                then 100.0 * payment_starts / nullif(bill_views, 0)
        end as decimal(9, 4)
    ) as payment_start_pct,
    cast(
        case
            when
                visits >= {{ var('small_cell_customers') }}
                then 100.0 * payments / nullif(payment_starts, 0)
        end as decimal(9, 4)
    ) as payment_success_pct,
    cast(
        case
            when
                visits >= {{ var('small_cell_customers') }}
                then 100.0 * payments / visits
        end as decimal(
            9, 4
        )
    )
        as conversion_pct
from counted

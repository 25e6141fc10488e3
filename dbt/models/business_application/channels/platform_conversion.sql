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
),

judged as (
    select
        *,
        visits < {{ var('small_cell_customers') }} as is_small_cell
    from counted
)

select
    channel_code,
    visited_on,
    is_small_cell,
    {{ unless_small('visits', 'bigint') }},
    {{ unless_small('signed_in_visits', 'bigint') }},
    {{ unless_small('bill_views', 'bigint') }},
    {{ unless_small('payment_starts', 'bigint') }},
    {{ unless_small('payments', 'bigint') }},
    {{ share('bill_views', 'visits', 'bill_view_pct') }},
    {{ share('payment_starts', 'bill_views', 'payment_start_pct') }},
    {{ share('payments', 'payment_starts', 'payment_success_pct') }},
    {{ share('payments', 'visits', 'conversion_pct') }}
from judged

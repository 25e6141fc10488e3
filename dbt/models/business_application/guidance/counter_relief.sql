with results as (
    select
        *,
        customers < {{ var('small_cell_customers') }} as is_small_cell
    from {{ source('decided', 'counter_relief') }}
)

select
    decided_on,
    region_code,
    weekday,
    hour_band,
    is_small_cell,
    {{ unless_small('payments', 'bigint') }},
    {{ unless_small('customers', 'bigint') }},
    {{ unless_small('guided_customers', 'bigint') }},
    {{ unless_small('guided_payments', 'bigint') }},
    {{ unless_small('guided_share_pct', 'double') }},
    {{ unless_small('movable_payments', 'double') }},
    {{ unless_small('expected_moved_payments', 'double') }},
    {{ unless_small('moved_payments_low', 'double') }},
    {{ unless_small('moved_payments_high', 'double') }},
    {{ unless_small('staff_minutes_per_payment', 'double') }},
    {{ unless_small('freed_staff_minutes', 'double') }},
    {{ unless_small('mean_queue_minutes', 'double') }},
    {{ unless_small('spared_queue_minutes', 'double') }},
    {{ unless_small('not_available', 'string') }}
from results

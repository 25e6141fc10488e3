with results as (
    select
        *,
        customers < {{ var('small_cell_customers') }} as is_small_cell
    from {{ source('decided', 'own_channel_headroom') }}
)

select
    decided_on,
    channel_code,
    region_code,
    segment,
    is_small_cell,
    {{ unless_small('customers', 'bigint') }},
    {{ unless_small('users', 'bigint') }},
    {{ unless_small('payments', 'bigint') }},
    {{ unless_small('channel_payments', 'bigint') }},
    {{ unless_small('share_pct', 'double') }},
    {{ unless_small('best_share_pct', 'double') }},
    {{ unless_small('reachable_payments', 'double') }},
    {{ unless_small('room_payments', 'double') }},
    {{ unless_small('headroom_payments', 'double') }},
    {{ unless_small('conversion_pct', 'double') }},
    {{ unless_small('outage_minutes_per_day', 'double') }},
    {{ unless_small('complaints_per_10000_payments', 'double') }},
    {{ unless_small('held_back_by', 'string') }},
    {{ unless_small('action_code', 'string') }},
    {{ unless_small('action_en', 'string') }},
    {{ unless_small('action_zh', 'string') }},
    {{ unless_small('owner_en', 'string') }},
    {{ unless_small('owner_zh', 'string') }},
    {{ unless_small('gain_payments', 'double') }},
    {{ unless_small('gain_yuan', 'double') }},
    {{ unless_small('reason_en', 'string') }},
    {{ unless_small('reason_zh', 'string') }}
from results

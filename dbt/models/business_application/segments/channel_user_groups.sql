with results as (
    select * from {{ source('platform_support', 'channel_user_groups_found') }}
)

select
    release_id,
    channel_family,
    channel_en,
    channel_zh,
    segment,
    users < {{ var('small_cell_customers') }} as is_small_cell,
    case
        when users >= {{ var('small_cell_customers') }} then users
    end as users,
    channel_users,
    case
        when users >= {{ var('small_cell_customers') }} then lift
    end as lift,
    case
        when users >= {{ var('small_cell_customers') }} then lift_low
    end as lift_low,
    case
        when users >= {{ var('small_cell_customers') }} then lift_high
    end as lift_high,
    case
        when users >= {{ var('small_cell_customers') }} then is_target_group
    end as is_target_group,
    case
        when users >= {{ var('small_cell_customers') }} then typical_amount_yuan
    end as typical_amount_yuan,
    case
        when users >= {{ var('small_cell_customers') }} then typical_days_from_bill
    end as typical_days_from_bill,
    case
        when users >= {{ var('small_cell_customers') }} then late_share
    end as late_share,
    case
        when users >= {{ var('small_cell_customers') }} then night_share
    end as night_share,
    case
        when users >= {{ var('small_cell_customers') }} then weekend_share
    end as weekend_share,
    reason_en,
    reason_zh
from results

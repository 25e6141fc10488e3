with results as (
    select * from {{ source('platform_support', 'segment_profiles_described') }}
)

select
    release_id,
    segment,
    segment_name_en,
    segment_name_zh,
    is_new,
    customers < {{ var('small_cell_customers') }} as is_small_cell,
    case
        when customers >= {{ var('small_cell_customers') }} then customers
    end as customers,
    case
        when customers >= {{ var('small_cell_customers') }} then share_pct
    end as share_pct,
    case
        when customers >= {{ var('small_cell_customers') }} then payments
    end as payments,
    case
        when customers >= {{ var('small_cell_customers') }} then amount_yuan
    end as amount_yuan,
    case
        when customers >= {{ var('small_cell_customers') }} then mean_amount_yuan
    end as mean_amount_yuan,
    case
        when customers >= {{ var('small_cell_customers') }} then typical_days_from_bill
    end as typical_days_from_bill,
    case
        when customers >= {{ var('small_cell_customers') }} then late_share_pct
    end as late_share_pct,
    case
        when customers >= {{ var('small_cell_customers') }} then online_share_pct
    end as online_share_pct,
    case
        when customers >= {{ var('small_cell_customers') }} then night_share_pct
    end as night_share_pct,
    case
        when customers >= {{ var('small_cell_customers') }} then main_channel_family
    end as main_channel_family,
    case
        when customers >= {{ var('small_cell_customers') }} then main_channel_share_pct
    end as main_channel_share_pct,
    case
        when customers >= {{ var('small_cell_customers') }} then sets_apart_en
    end as sets_apart_en,
    case
        when customers >= {{ var('small_cell_customers') }} then sets_apart_zh
    end as sets_apart_zh,
    case
        when customers >= {{ var('small_cell_customers') }} then rule_en
    end as rule_en,
    case
        when customers >= {{ var('small_cell_customers') }} then rule_zh
    end as rule_zh,
    rule_fidelity,
    is_rule_faithful,
    is_stable,
    choice_reason_en,
    choice_reason_zh
from results

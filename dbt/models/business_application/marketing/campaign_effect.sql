with results as (
    select
        *,
        least(treated, controls) < {{ var('small_cell_customers') }} as is_small_cell
    from {{ source('decided', 'campaign_effect') }}
)

select
    campaign_code,
    campaign_version,
    target_channel_code,
    contact_means,
    arm,
    against_arm,
    creative,
    against_creative,
    outcome,
    horizon,
    bills_after,
    segment,
    estimator,
    is_small_cell,
    {{ unless_small('treated', 'bigint') }},
    {{ unless_small('controls', 'bigint') }},
    {{ unless_small('mean_treated', 'double') }},
    {{ unless_small('mean_control', 'double') }},
    {{ unless_small('effect', 'double') }},
    {{ unless_small('std_error', 'double') }},
    {{ unless_small('effect_low', 'double') }},
    {{ unless_small('effect_high', 'double') }},
    {{ unless_small('p_value', 'double') }},
    {{ unless_small('p_value_holm', 'double') }},
    {{ unless_small('sequential_low', 'double') }},
    {{ unless_small('sequential_high', 'double') }},
    effect_of_interest,
    {{ unless_small('power_reached', 'double') }},
    {{ unless_small('detectable_effect', 'double') }},
    {{ unless_small('variance_reduction_pct', 'double') }},
    {{ unless_small('srm_p_value', 'double') }},
    measured_to,
    is_running,
    is_lower_better,
    is_readable,
    note_en,
    note_zh
from results

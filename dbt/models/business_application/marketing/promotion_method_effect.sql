with results as (
    select
        *,
        least(treated, controls) < {{ var('small_cell_customers') }} as is_small_cell
    from {{ source('decided', 'promotion_method_effect') }}
)

select
    contact_means,
    creative,
    outcome,
    campaigns,
    campaign_codes,
    target_channels,
    is_small_cell,
    {{ unless_small('treated', 'bigint') }},
    {{ unless_small('controls', 'bigint') }},
    {{ unless_small('effect', 'double') }},
    {{ unless_small('std_error', 'double') }},
    {{ unless_small('effect_low', 'double') }},
    {{ unless_small('effect_high', 'double') }},
    {{ unless_small('p_value', 'double') }},
    {{ unless_small('p_value_adjusted', 'double') }},
    {{ unless_small('heterogeneity_q', 'double') }},
    {{ unless_small('heterogeneity_p_value', 'double') }},
    {{ unless_small('i_squared_pct', 'double') }},
    {{ unless_small('between_campaign_sd', 'double') }},
    {{ unless_small('budget_per_extra_customer_yuan', 'double') }},
    is_lower_better,
    is_readable,
    note_en,
    note_zh
from results

with results as (
    select
        *,
        customers < {{ var('small_cell_customers') }} as is_small_cell
    from {{ source('decided', 'guidance_summary') }}
)

select
    decided_on,
    outcome,
    present_channel_code,
    recommended_channel_code,
    is_small_cell,
    {{ unless_small('customers', 'bigint') }},
    {{ unless_small('expected_moves', 'double') }},
    {{ unless_small('payments_per_year', 'double') }},
    {{ unless_small('saving_per_year_yuan', 'double') }},
    {{ unless_small('saving_low_yuan', 'double') }},
    {{ unless_small('saving_high_yuan', 'double') }},
    {{ unless_small('contact_cost_yuan', 'double') }},
    {{ unless_small('net_gain_yuan', 'double') }}
from results

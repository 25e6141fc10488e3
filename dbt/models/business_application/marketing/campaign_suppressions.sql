with suppressions as (
    select
        *,
        customers < {{ var('small_cell_customers') }} as is_small_cell
    from {{ source('decided', 'campaign_suppressions') }}
)

select
    campaign_code,
    campaign_version,
    reason,
    is_small_cell,
    {{ unless_small('customers', 'bigint') }}
from suppressions

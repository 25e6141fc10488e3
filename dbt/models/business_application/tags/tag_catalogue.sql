{% set small = var('small_cell_customers') %}

with catalogue as (
    select
        *,
        customers > 0 and customers < {{ small }} as is_small_cell
    from {{ source('decided', 'tag_catalogue') }}
)

select
    tag_code,
    title_en,
    title_zh,
    kind,
    definition_en,
    definition_zh,
    rule,
    purpose_en,
    purpose_zh,
    owner,
    is_sensitive,
    protection_en,
    protection_zh,
    validity_days,
    refresh,
    source_tables,
    needed_sources,
    is_small_cell,
    {{ unless_small('customers', 'bigint') }},
    {{ share('customers', 'known_customers', 'share_pct') }},
    case
        when gained_this_month = 0 or gained_this_month >= {{ small }}
            then gained_this_month
    end as gained_this_month,
    case
        when lost_this_month = 0 or lost_this_month >= {{ small }}
            then lost_this_month
    end as lost_this_month,
    first_evaluated_on,
    evaluated_on,
    rule_since,
    withdrawn_on,
    note_en,
    note_zh
from catalogue

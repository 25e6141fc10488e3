with judged as (
    select
        *,
        texts > 0 and texts < {{ var('small_cell_customers') }} as is_small_cell
    from {{ source('decided', 'complaint_classifier_validation') }}
)

select
    method,
    category,
    is_small_cell,
    {{ unless_small('texts', 'bigint') }},
    {{ unless_small('100 * accuracy', 'decimal(9,4)', 'accuracy_pct') }},
    {{ unless_small('100 * precision', 'decimal(9,4)', 'precision_pct') }},
    {{ unless_small('100 * classified', 'decimal(9,4)', 'classified_pct') }}
from judged

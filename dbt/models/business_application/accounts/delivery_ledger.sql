with ledger as (
    select * from {{ source('landing', 'delivery_ledger') }}
)

select
    delivery_id,
    source,
    profile,
    file_name,
    sha256,
    delivered_on,
    status,
    rows_delivered,
    rows_loaded,
    rows_duplicate,
    rows_quarantined,
    quarantine_reasons,
    first_business_date,
    last_business_date,
    landed_sequence,
    message
from ledger

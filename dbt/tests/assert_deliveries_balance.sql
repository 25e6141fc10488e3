-- Every delivered row was loaded, was there before, or lies in quarantine.
select
    delivery_id,
    file_name,
    rows_delivered,
    rows_loaded,
    rows_duplicate,
    rows_quarantined
from {{ ref('delivery_ledger') }}
where
    rows_delivered is distinct from rows_loaded + rows_duplicate + rows_quarantined

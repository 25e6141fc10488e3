with ledger as (
    select * from {{ source('landing', 'delivery_ledger') }}
)

select
    source,
    sum(rows_loaded) as rows_loaded,
    max(delivered_on) as last_delivered_on
from ledger
where status = 'loaded'
group by source

with ledger as (
    select * from {{ source('landing', 'delivery_ledger') }}
)

select
    source,
    cast(sum(rows_loaded) as bigint) as rows_loaded,
    max(delivered_on) as last_delivered_on
from ledger
where status = 'loaded'
group by source

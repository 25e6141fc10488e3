with asked as (
    select * from {{ source('decided', 'commission_what_if') }}
)

select
    {{ schedule_columns() }}
from asked

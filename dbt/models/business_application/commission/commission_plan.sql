with plan as (
    select * from {{ source('decided', 'commission_plan') }}
)

select
    {{ schedule_columns() }}
from plan

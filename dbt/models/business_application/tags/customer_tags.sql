with held as (
    select * from {{ source('decided', 'customer_tags') }}
)

select
    customer_id,
    tag_code,
    held_since,
    expires_on
from held

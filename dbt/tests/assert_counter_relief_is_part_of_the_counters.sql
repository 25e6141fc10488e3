-- No more can be guided or moved than is paid at the counters, and the protected are not guided.
with relief as (
    select * from {{ ref('counter_relief') }}
)

select
    region_code,
    weekday,
    hour_band
from relief
where
    guided_payments > movable_payments
    or movable_payments > payments
    or expected_moved_payments > guided_payments
    or moved_payments_low > expected_moved_payments
    or guided_customers > customers

with enterprises as (
    select * from {{ source('decided', 'small_enterprise_service') }}
)

select
    customer_id,
    region_code,
    needs_en,
    needs_zh,
    arrears_risk,
    p_unpaid_at_due,
    due_payments,
    late_payments,
    open_due_on,
    service_code,
    service_en,
    service_zh,
    contact_from,
    contact_to,
    contact_hour_band,
    likely_channel_code,
    reason_en,
    reason_zh
from enterprises

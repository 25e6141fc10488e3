with offers as (
    select * from {{ source('decided', 'prepayment_offers') }}
)

select
    customer_id,
    offer_kind,
    topup_yuan,
    topup_step_yuan,
    topup_by,
    balance_yuan,
    use_per_day_yuan,
    days_covered,
    depletes_on,
    advance_limit_yuan,
    advance_cap_yuan,
    arrears_risk,
    topup_reason_en,
    topup_reason_zh,
    advance_reason_en,
    advance_reason_zh
from offers

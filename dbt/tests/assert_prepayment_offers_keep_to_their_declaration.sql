-- A top-up is positive and whole steps, is due by a day, and lasts at least a day; an advance is
-- within its cap, and none is made to customers with bills.
with offers as (
    select * from {{ ref('prepayment_offers') }}
)

select
    customer_id,
    topup_yuan,
    topup_step_yuan,
    advance_limit_yuan,
    advance_cap_yuan
from offers
where
    topup_yuan <= 0
    or (topup_yuan is null) <> (topup_step_yuan is null)
    or mod(topup_yuan, topup_step_yuan) <> 0
    or (topup_yuan is not null and offer_kind = 'prepaid' and topup_by is null)
    or days_covered < 0
    or advance_limit_yuan < 0
    or advance_limit_yuan > advance_cap_yuan
    or (advance_limit_yuan is null) <> (offer_kind = 'postpaid')
    or (advance_cap_yuan is null) <> (offer_kind = 'postpaid')

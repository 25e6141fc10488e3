with differences as (
    select * from {{ ref('settlement_differences') }}
),

explanations as (
    select * from {{ ref('settlement_explanations') }}
),

reasons as (
    select * from {{ ref('fee_reasons') }}
),

ranked as (
    select
        differences.*,
        coalesce(explanations.reason_code, 'unexplained') as reason_code,
        count(explanations.reason_code) over (
            partition by differences.channel_code, differences.payment_id
        ) as explanations
    from differences
    left join explanations
        on differences.channel_code = explanations.channel_code
        and differences.payment_id = explanations.payment_id
        and differences.settled_on = explanations.settled_on
)

select
    ranked.channel_code,
    ranked.payment_id,
    ranked.settled_on,
    ranked.contract_id,
    ranked.amount_yuan,
    ranked.owed_fee_yuan,
    ranked.delivered_fee_yuan,
    cast(ranked.delivered_fee_yuan - ranked.owed_fee_yuan as decimal(18, 4))
        as difference_yuan,
    ranked.reason_code,
    reasons.reason_en,
    reasons.reason_zh,
    ranked.explanations > 1 as is_ambiguous
from ranked
left join reasons on ranked.reason_code = reasons.reason_code
qualify
    row_number() over (
        partition by ranked.channel_code, ranked.payment_id
        order by reasons.priority nulls last
    ) = 1

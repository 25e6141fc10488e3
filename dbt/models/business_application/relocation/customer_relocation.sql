with moves as (
    select * from {{ ref('customer_channel_moves') }}
),

months as (
    select
        customer_id,
        first_bill_number,
        sum(payments) as payments,
        sum(settled_payments) as settled_payments,
        sum(unpriced_payments) as unpriced_payments,
        sum(unhandled_payments) as unhandled_payments,
        sum(fee_saved_yuan) as fee_saved_yuan,
        sum(handling_saved_yuan) as handling_saved_yuan
    from {{ ref('channel_move_months') }}
    group by customer_id, first_bill_number
),

campaigns as (
    select * from {{ ref('stg_landing__campaigns') }}
),

assigned as (
    select
        steps.customer_id,
        steps.campaign_code,
        steps.arm,
        steps.happened_on as assigned_on,
        campaigns.target_channel_code,
        campaigns.ends_on
    from {{ ref('campaign_firsts') }} as steps
    inner join campaigns on steps.campaign_code = campaigns.campaign_code
    where steps.step = 'assigned'
),

-- Of several campaigns for the same channel, the one assigned last before the move.
campaigned as (
    select
        moves.customer_id,
        moves.first_bill_number,
        assigned.campaign_code,
        assigned.arm
    from moves
    inner join assigned
        on moves.customer_id = assigned.customer_id
        and moves.to_channel_code = assigned.target_channel_code
        and moves.moved_on between assigned.assigned_on and assigned.ends_on
    qualify
        row_number() over (
            partition by moves.customer_id, moves.first_bill_number
            order by
                assigned.assigned_on desc nulls last,
                assigned.campaign_code desc nulls last
        ) = 1
)

select
    moves.customer_id,
    moves.first_bill_number,
    moves.from_channel_code,
    moves.to_channel_code,
    moves.moved_on,
    moves.confirmed_on,
    moves.bills_there,
    moves.bills_since,
    {{ still_there('moves', 3) }} as is_there_after_3_bills,
    {{ still_there('moves', 6) }} as is_there_after_6_bills,
    moves.relapsed_on,
    moves.relapsed_to_channel_code,
    cast(months.payments as bigint) as payments_there,
    cast(case
        when months.unpriced_payments = 0 then months.fee_saved_yuan
    end as decimal(18, 2)) as fee_saved_yuan,
    cast(case
        when months.unhandled_payments = 0 then months.handling_saved_yuan
    end as decimal(18, 2)) as handling_saved_yuan,
    case
        when months.settled_payments = 0 then 'contract_terms'
        when months.settled_payments = months.payments then 'settlements'
        else 'partly_settled'
    end as fee_basis,
    campaigned.campaign_code,
    campaigned.arm
from moves
left join months
    on moves.customer_id = months.customer_id
    and moves.first_bill_number = months.first_bill_number
left join campaigned
    on moves.customer_id = campaigned.customer_id
    and moves.first_bill_number = campaigned.first_bill_number

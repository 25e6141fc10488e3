with payments as (
    select
        campaign_payments.*,
        {{ month_of('campaign_payments.paid_on') }} as paid_month,
        coalesce(
            histories.former_channel_code, campaign_payments.channel_code
        ) as former_channel_code
    from {{ ref('campaign_payments') }} as campaign_payments
    left join {{ ref('campaign_histories') }} as histories
        on campaign_payments.campaign_code = histories.campaign_code
        and campaign_payments.customer_id = histories.customer_id
    where campaign_payments.is_in_campaign
),

-- What a payment costs (-1), and what it would have cost through the former channel (+1).
sides as (
    select
        *,
        channel_code as priced_channel_code,
        settled_fee_yuan as known_fee_yuan,
        -1 as direction
    from payments
    union all
    select
        *,
        former_channel_code as priced_channel_code,
        case when former_channel_code = channel_code then settled_fee_yuan end
            as known_fee_yuan,
        1 as direction
    from payments
),

priced as (
    select
        sides.*,
        costs.handling_cost_yuan,
        case
            when sides.known_fee_yuan is not null then sides.known_fee_yuan
            when terms.contract_id is not null
                then
                    {{ commission('sides.amount_yuan', 'terms') }}
                    + terms.fixed_fee_yuan
            when channels.is_own then 0
        end as fee_yuan
    from sides
    left join {{ ref('channels') }} as channels
        on sides.priced_channel_code = channels.channel_code
    left join {{ ref('channel_terms') }} as terms
        on sides.priced_channel_code = terms.channel_code
        and sides.paid_month = terms.paid_month
        and sides.paid_on between terms.valid_from and terms.valid_to
    left join {{ ref('channel_costs') }} as costs
        on sides.priced_channel_code = costs.channel_code
        and sides.paid_on >= costs.valid_from
        and sides.paid_on <= coalesce(costs.valid_to, cast('9999-12-31' as date))
)

select
    campaign_code,
    customer_id,
    count(*) filter (where direction < 0) as payments,
    count(*) filter (where direction < 0 and settled_fee_yuan is not null)
        as settled_payments,
    count(*) filter (where fee_yuan is null) as unpriced_payments,
    count(*) filter (where handling_cost_yuan is null) as uncosted_payments,
    cast(sum(direction * fee_yuan) as decimal(18, 4)) as fee_saved_yuan,
    cast(sum(direction * (fee_yuan + handling_cost_yuan)) as decimal(18, 4))
        as cost_saved_yuan
from priced
group by campaign_code, customer_id

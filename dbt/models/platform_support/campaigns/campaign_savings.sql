with ends as (
    select distinct
        campaign_code,
        last_on
    from {{ ref('campaign_members') }}
),

payments as (
    select
        paid.*,
        {{ month_of('paid.paid_on') }} as paid_month,
        coalesce(histories.former_channel_code, paid.channel_code)
            as former_channel_code
    from {{ ref('campaign_payments') }} as paid
    inner join ends
        on paid.campaign_code = ends.campaign_code and paid.paid_on <= ends.last_on
    left join {{ ref('campaign_histories') }} as histories
        on paid.campaign_code = histories.campaign_code
        and paid.customer_id = histories.customer_id
),

settled as (
    select
        settlements.payment_id,
        settlements.channel_code,
        max(settlements.fee_yuan) as fee_yuan
    from {{ ref('stg_landing__settlements') }} as settlements
    inner join payments
        on settlements.payment_id = payments.payment_id
        and settlements.channel_code = payments.channel_code
    where
        settlements.settled_on
        >= (select min(earliest.paid_on) from payments as earliest)
    group by settlements.payment_id, settlements.channel_code
),

-- What a payment costs (-1), and what it would have cost through the former channel (+1).
sides as (
    {% for channel, direction in [('channel_code', -1), ('former_channel_code', 1)] %}
        select
            payments.*,
            payments.{{ channel }} as priced_channel_code,
            settled.fee_yuan as settled_fee_yuan,
            {{ direction }} as direction
        from payments
        left join settled
            on payments.payment_id = settled.payment_id
            and payments.channel_code = settled.channel_code
            and payments.{{ channel }} = settled.channel_code
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

priced as (
    select
        sides.*,
        costs.handling_cost_yuan,
        case
            when sides.settled_fee_yuan is not null then sides.settled_fee_yuan
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

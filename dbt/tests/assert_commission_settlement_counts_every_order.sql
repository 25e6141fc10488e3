-- Every settled order is counted once, and every wrong one is listed.
{{ config(meta={'dagster': {'ref': {'name': 'commission_settlement'}}}) }}

with fees as (
    select * from {{ ref('settlement_fees') }}
    where
        {{ tested_since('settlements', 'business_date') }}
        and {{ tested_months('settlements', 'settled_month') }}
),

settled as (
    select
        channel_code,
        settled_month,
        count(*) as orders,
        sum(delivered_fee_yuan) as delivered_fees_yuan,
        count(*) filter (where abs(delivered_fee_yuan - owed_fee_yuan) >= 0.01)
            as wrong_orders
    from fees
    group by channel_code, settled_month
),

listed as (
    select
        channel_code,
        {{ month_of('settled_on') }} as settled_month,
        count(*) as wrong_orders
    from {{ ref('commission_differences') }}
    group by all
),

published as (
    select * from {{ ref('commission_settlement') }}
)

select
    settled.channel_code,
    settled.settled_month
from settled
left join listed
    on settled.channel_code = listed.channel_code
    and settled.settled_month = listed.settled_month
left join published
    on settled.channel_code = published.channel_code
    and settled.settled_month = published.settled_month
where
    settled.orders is distinct from published.orders
    or settled.delivered_fees_yuan <> published.delivered_fees_yuan
    or settled.wrong_orders <> published.wrong_orders
    or settled.wrong_orders <> coalesce(listed.wrong_orders, 0)

-- A view: a row per order is kept nowhere but where it was landed.
{{ config(materialized='view') }}

with settlements as (
    select
        *,
        {{ month_of('settled_on') }} as settled_month
    from {{ ref('stg_landing__settlements') }}
),

terms as (
    select * from {{ ref('settlement_terms') }}
)

select
    settlements.payment_id,
    settlements.channel_code,
    settlements.settled_on,
    settlements.settled_month,
    settlements.business_date,
    settlements.amount_yuan,
    settlements.fee_yuan as delivered_fee_yuan,
    terms.contract_id,
    terms.tier_from_yuan,
    if(
        terms.contract_id is not null,
        {{ settled_fee('settlements.amount_yuan', 'terms') }},
        null
    ) as owed_fee_yuan
from settlements
left join terms
    on settlements.channel_code = terms.channel_code
    and settlements.settled_month = terms.settled_month
    and settlements.settled_on between terms.valid_from and terms.valid_to

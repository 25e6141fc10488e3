-- A channel's month is here when something was settled in it, or paid under a contract.
with settled as (
    select * from {{ ref('settlement_terms') }}
),

paid as (
    select * from {{ ref('channel_terms') }}
),

orders as (
    select * from {{ ref('settlement_fee_months') }}
),

months as (
    select
        channel_code,
        settled_month,
        contract_id,
        valid_from,
        monthly_fee_yuan,
        minimum_yuan
    from settled
    union all
    select
        channel_code,
        paid_month,
        contract_id,
        valid_from,
        monthly_fee_yuan,
        minimum_yuan
    from paid
    union all
    select
        channel_code,
        settled_month,
        cast(null as string),
        cast(null as date),
        cast(null as decimal(18, 2)),
        cast(null as decimal(18, 2))
    from orders
),

contracts as (
    select
        channel_code,
        settled_month,
        max_by(contract_id, valid_from) as contract_id,
        max(monthly_fee_yuan) as monthly_fee_yuan,
        max(minimum_yuan) as minimum_yuan
    from months
    group by channel_code, settled_month
),

payments as (
    select
        channel_code,
        paid_month,
        sum(customers) as customers,
        sum(payments) as payments,
        sum(commission_yuan) + sum(fixed_fee_yuan) as owed_yuan
    from {{ ref('channel_months') }}
    group by channel_code, paid_month
)

select
    contracts.channel_code,
    contracts.settled_month,
    {{ last_day_of_month('contracts.settled_month') }} <= {{ as_of() }}
        as is_month_complete,
    contracts.contract_id,
    contracts.monthly_fee_yuan,
    contracts.minimum_yuan,
    cast(payments.customers as bigint) as customers,
    cast(payments.payments as bigint) as payments,
    cast(payments.owed_yuan as decimal(38, 4)) as owed_by_payments_yuan
from contracts
left join payments
    on contracts.channel_code = payments.channel_code
    and contracts.settled_month = payments.paid_month

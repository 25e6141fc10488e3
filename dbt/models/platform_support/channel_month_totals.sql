-- A channel under contract costs what the contract says, our own what handling costs; another's
-- cost is not known.
with cells as (
    select * from {{ ref('channel_months') }}
),

channels as (
    select * from {{ ref('channels') }}
),

monthly_fees as (
    select
        channel_code,
        paid_month,
        max(monthly_fee_yuan) as monthly_fee_yuan,
        coalesce(max(minimum_yuan), 0) as minimum_yuan
    from {{ ref('channel_terms') }}
    group by channel_code, paid_month
),

totals as (
    select
        channel_code,
        paid_month,
        sum(attempts) as attempts,
        sum(payments) as payments,
        sum(failed_payments) as failed_payments,
        sum(reversed_payments) as reversed_payments,
        sum(amount_yuan) as amount_yuan,
        sum(commission_yuan) as commission_yuan,
        sum(fixed_fee_yuan) as fixed_fee_yuan,
        sum(handling_cost_yuan) as handling_cost_yuan,
        sum(due_payments) as due_payments,
        sum(on_time_payments) as on_time_payments,
        sum(billed_payments) as billed_payments,
        sum(days_from_bill_sum) as days_from_bill_sum,
        sum(returned_payments) as returned_payments,
        sum(converted_payments) as converted_payments,
        sum(followed_payments) as followed_payments
    from cells
    group by channel_code, paid_month
)

select
    totals.channel_code,
    totals.paid_month,
    cast(totals.attempts as bigint) as attempts,
    cast(totals.payments as bigint) as payments,
    cast(totals.failed_payments as bigint) as failed_payments,
    cast(totals.reversed_payments as bigint) as reversed_payments,
    cast(totals.amount_yuan as decimal(38, 2)) as amount_yuan,
    monthly_fees.channel_code is not null as has_contract,
    coalesce(channels.is_own, false) as is_own,
    monthly_fees.monthly_fee_yuan,
    cast(case
        when monthly_fees.channel_code is not null
            then
                greatest(
                    totals.commission_yuan + totals.fixed_fee_yuan,
                    monthly_fees.minimum_yuan
                )
                + monthly_fees.monthly_fee_yuan
                + totals.handling_cost_yuan
        when channels.is_own then totals.handling_cost_yuan
    end as double) as all_in_cost_yuan,
    cast(totals.due_payments as bigint) as due_payments,
    cast(totals.on_time_payments as bigint) as on_time_payments,
    cast(totals.billed_payments as bigint) as billed_payments,
    cast(totals.days_from_bill_sum as bigint) as days_from_bill_sum,
    cast(totals.returned_payments as bigint) as returned_payments,
    cast(totals.converted_payments as bigint) as converted_payments,
    cast(totals.followed_payments as bigint) as followed_payments
from totals
left join channels on totals.channel_code = channels.channel_code
left join monthly_fees
    on totals.channel_code = monthly_fees.channel_code
    and totals.paid_month = monthly_fees.paid_month

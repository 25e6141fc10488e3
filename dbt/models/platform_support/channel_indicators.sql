-- Rates without a denominator and sources not delivered are null.
with cells as (
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
    from {{ ref('channel_months') }}
    group by channel_code, paid_month
),

totals as (
    select
        *,
        sum(payments) over (partition by paid_month) as all_payments,
        sum(returned_payments + converted_payments) over (partition by paid_month)
            as experienced_payments
    from cells
),

delivered as (
    select count(*) filter (where source = 'complaints') > 0 as has_complaints
    from {{ ref('int_sources_delivered') }}
),

monthly_fees as (
    select
        channel_code,
        paid_month,
        max(monthly_fee_yuan) as monthly_fee_yuan
    from {{ ref('channel_terms') }}
    group by channel_code, paid_month
),

complaints as (
    select
        channel_code,
        {{ month_of('received_on') }} as paid_month,
        count(*) as complaints
    from {{ ref('int_complaints_attributed') }}
    group by all
),

operations as (
    select
        channel_code,
        {{ month_of('operated_on') }} as paid_month,
        count(*) as site_days,
        sum(open_hours) as open_hours,
        sum(outage_minutes) as outage_minutes,
        sum(queue_minutes) as queue_minutes,
        sum(staff * open_hours) as staff_hours
    from {{ ref('stg_landing__channel_operations') }}
    group by all
),

settled as (
    select
        channel_code,
        settled_month as paid_month,
        settled_payments,
        settlement_lag_days
    from {{ ref('settlement_months') }}
),

costed as (
    select
        totals.*,
        case when delivered.has_complaints then coalesce(complaints.complaints, 0) end
            as complaints,
        case
            when monthly_fees.channel_code is not null
                then
                    totals.commission_yuan
                    + totals.fixed_fee_yuan
                    + monthly_fees.monthly_fee_yuan
                    + totals.handling_cost_yuan
            when channels.is_own then totals.handling_cost_yuan
        end as all_in_cost_yuan
    from totals
    cross join delivered
    left join {{ ref('channels') }} as channels
        on totals.channel_code = channels.channel_code
    left join monthly_fees
        on totals.channel_code = monthly_fees.channel_code
        and totals.paid_month = monthly_fees.paid_month
    left join complaints
        on totals.channel_code = complaints.channel_code
        and totals.paid_month = complaints.paid_month
)

select
    costed.channel_code,
    costed.paid_month,
    cast(costed.attempts as bigint) as attempts,
    cast(costed.payments as bigint) as payments,
    cast(costed.failed_payments as bigint) as failed_payments,
    cast(costed.reversed_payments as bigint) as reversed_payments,
    cast(costed.amount_yuan as decimal(38, 2)) as amount_yuan,
    cast(costed.all_in_cost_yuan as double) as all_in_cost_yuan,
    costed.complaints,
    cast(operations.staff_hours as double) as staff_hours,
    cast(100.0 * costed.payments / nullif(costed.all_payments, 0) as double)
        as share_pct,
    cast(operations.open_hours / nullif(operations.site_days, 0) as double)
        as open_hours,
    cast(costed.all_in_cost_yuan / nullif(costed.payments, 0) as double)
        as cost_per_payment_yuan,
    cast(100.0 * costed.all_in_cost_yuan / nullif(costed.amount_yuan, 0) as double)
        as cost_per_100_yuan,
    cast(100.0 * costed.on_time_payments / nullif(costed.due_payments, 0) as double)
        as on_time_pct,
    cast(1.0 * costed.days_from_bill_sum / nullif(costed.billed_payments, 0) as double)
        as mean_days_from_bill,
    cast(
        1.0
        * settled.settlement_lag_days
        / nullif(settled.settled_payments, 0) as double
    )
        as settlement_lag_days,
    cast(100.0 * costed.payments / nullif(costed.attempts, 0) as double) as success_pct,
    cast(100.0 * costed.reversed_payments / nullif(costed.attempts, 0) as double)
        as reversal_pct,
    cast(operations.outage_minutes / nullif(operations.site_days, 0) as double)
        as outage_minutes_per_day,
    cast(10000.0 * costed.complaints / nullif(costed.payments, 0) as double)
        as complaints_per_10000_payments,
    cast(operations.queue_minutes / nullif(operations.site_days, 0) as double)
        as queue_minutes,
    cast(
        100.0 * costed.returned_payments / nullif(costed.followed_payments, 0) as double
    )
        as repeat_use_pct,
    cast(
        100.0 * costed.converted_payments
        / nullif(costed.experienced_payments - costed.followed_payments, 0) as double
    ) as converted_in_pct
from costed
left join operations
    on costed.channel_code = operations.channel_code
    and costed.paid_month = operations.paid_month
left join settled
    on costed.channel_code = settled.channel_code
    and costed.paid_month = settled.paid_month

-- Rates without a denominator and sources not delivered are null.
with totals as (
    select
        *,
        sum(payments) over (partition by paid_month) as all_payments,
        sum(returned_payments + converted_payments) over (partition by paid_month)
        - followed_payments as elsewhere_payments
    from {{ ref('channel_month_totals') }}
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
        operated_month as paid_month,
        sum(site_days) as site_days,
        cast(sum({{ fixed('open_hours') }}) as double) as open_hours,
        cast(sum({{ fixed('outage_minutes') }}) as double) as outage_minutes,
        cast(sum({{ fixed('queue_minutes') }}) as double) as queue_minutes,
        cast(sum({{ fixed('staff_hours') }}) as double) as staff_hours
    from {{ ref('channel_operation_months') }}
    group by channel_code, operated_month
),

joined as (
    select
        totals.*,
        operations.site_days,
        operations.open_hours,
        operations.outage_minutes,
        operations.queue_minutes,
        operations.staff_hours,
        settled.settled_payments,
        settled.settlement_lag_days,
        case
            when {{ is_delivered('complaints') }}
                then coalesce(complaints.complaints, 0)
        end as complaints
    from totals
    left join complaints using (channel_code, paid_month)
    left join operations using (channel_code, paid_month)
    left join {{ ref('settlement_months') }} as settled
        on totals.channel_code = settled.channel_code
        and totals.paid_month = settled.settled_month
)

select
    channel_code,
    paid_month,
    attempts,
    payments,
    failed_payments,
    reversed_payments,
    amount_yuan,
    all_in_cost_yuan,
    complaints,
    staff_hours,
    {{ per_unit(100, 'payments', 'all_payments') }} as share_pct,
    {{ per_unit(1, 'open_hours', 'site_days') }} as open_hours,
    {{ per_unit(1, 'all_in_cost_yuan', 'payments') }} as cost_per_payment_yuan,
    {{ per_unit(100, 'all_in_cost_yuan', 'amount_yuan') }} as cost_per_100_yuan,
    {{ per_unit(100, 'on_time_payments', 'due_payments') }} as on_time_pct,
    {{ per_unit(1, 'days_from_bill_sum', 'billed_payments') }} as mean_days_from_bill,
    {{ per_unit(1, 'settlement_lag_days', 'settled_payments') }} as settlement_lag_days,
    {{ per_unit(100, 'payments', 'attempts') }} as success_pct,
    {{ per_unit(100, 'reversed_payments', 'attempts') }} as reversal_pct,
    {{ per_unit(1, 'outage_minutes', 'site_days') }} as outage_minutes_per_day,
    {{ per_unit(10000, 'complaints', 'payments') }} as complaints_per_10000_payments,
    {{ per_unit(1, 'queue_minutes', 'site_days') }} as queue_minutes,
    {{ per_unit(100, 'returned_payments', 'followed_payments') }} as repeat_use_pct,
    {{ per_unit(100, 'converted_payments', 'elsewhere_payments') }} as converted_in_pct
from joined

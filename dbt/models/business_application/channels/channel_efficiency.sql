with cells as (
    select * from {{ ref('channel_months') }}
),

channels as (
    select * from {{ ref('channels') }}
),

terms as (
    select * from {{ ref('channel_terms') }}
),

attributed as (
    select * from {{ ref('int_complaints_attributed') }}
),

sources as (
    select * from {{ ref('int_sources_delivered') }}
),

monthly_fees as (
    select
        channel_code,
        paid_month,
        max(monthly_fee_yuan) as monthly_fee_yuan,
        coalesce(max(minimum_yuan), 0) as minimum_yuan
    from terms
    group by channel_code, paid_month
),

complaints as (
    select
        channel_code,
        {{ month_of('received_on') }} as paid_month,
        region_code,
        customer_type,
        count(*) as complaints
    from attributed
    group by all
),

delivered as (
    select
        count(*) filter (where source = 'bills') > 0 as has_bills,
        count(*) filter (where source = 'complaints') > 0 as has_complaints
    from sources
),

joined as (
    select
        cells.*,
        channels.is_own,
        delivered.has_bills,
        delivered.has_complaints,
        monthly_fees.channel_code is not null as has_contract,
        complaints.complaints,
        cast(
            monthly_fees.monthly_fee_yuan + greatest(
                0,
                monthly_fees.minimum_yuan
                - coalesce(sum(cells.commission_yuan + cells.fixed_fee_yuan) over (
                    partition by cells.channel_code, cells.paid_month
                ), 0)
            ) as double
        ) * cells.payments / nullif(
            sum(cells.payments) over (
                partition by cells.channel_code, cells.paid_month
            ), 0
        ) as monthly_fee_yuan,
        sum(cells.payments) over (
            partition by cells.paid_month, cells.region_code, cells.customer_type
        ) as all_payments
    from cells
    cross join delivered
    left join channels on cells.channel_code = channels.channel_code
    left join monthly_fees
        on cells.channel_code = monthly_fees.channel_code
        and cells.paid_month = monthly_fees.paid_month
    left join complaints
        on cells.channel_code = complaints.channel_code
        and cells.paid_month = complaints.paid_month
        and cells.region_code = complaints.region_code
        and cells.customer_type = complaints.customer_type
),

costed as (
    select
        *,
        customers < {{ var('small_cell_customers') }} as is_small_cell,
        case when has_contract then commission_yuan when is_own then 0 end
            as own_commission_yuan,
        case
            when has_contract then fixed_fee_yuan + monthly_fee_yuan
            when is_own then 0
        end as contract_fee_yuan
    from joined
),

summed as (
    select
        *,
        experienced_payments - followed_payments as others_followed,
        case when has_complaints then coalesce(complaints, 0) end as known_complaints,
        own_commission_yuan + contract_fee_yuan + handling_cost_yuan as all_in_cost_yuan
    from costed
)

select
    channel_code,
    paid_month,
    region_code,
    customer_type,
    is_small_cell,
    payments,
    {{ unless_small('customers', 'bigint') }},
    {{ unless_small('amount_yuan', 'decimal(18,2)') }},
    {{ share('payments', 'all_payments', 'share_pct') }},
    {{ unless_small('own_commission_yuan', 'decimal(18,2)', 'commission_yuan') }},
    {{ unless_small('contract_fee_yuan', 'decimal(18,2)', 'contract_fixed_fee_yuan') }},
    {{ unless_small('handling_cost_yuan', 'decimal(18,2)') }},
    {{ unless_small('all_in_cost_yuan', 'decimal(18,2)') }},
    {{ ratio(1, 'all_in_cost_yuan', 'payments', 'cost_per_payment_yuan') }},
    {{ ratio(100, 'all_in_cost_yuan', 'amount_yuan', 'cost_per_100_yuan') }},
    handling_cost_yuan is not null as is_cost_assumed,
    {{ share('on_time_payments', 'due_payments', 'on_time_pct') }},
    {{ ratio(1, 'days_from_bill_sum', 'billed_payments', 'mean_days_from_bill') }},
    {{ share('payments', 'attempts', 'success_pct') }},
    {{ share('reversed_payments', 'attempts', 'reversal_pct') }},
    {{ unless_small('known_complaints', 'bigint', 'complaints') }},
    {{ ratio(10000, 'known_complaints', 'payments', 'complaints_per_10000_payments') }},
    {{ share('returned_payments', 'followed_payments', 'repeat_use_pct') }},
    {{ unless_small('converted_payments', 'bigint') }},
    {{ share('converted_payments', 'others_followed', 'converted_in_pct') }},
    {{ reasons([
        ('is_small_cell', 'figures: too few customers to be shown'),
        ('not has_bills', 'on_time_pct, mean_days_from_bill: bills not delivered'),
        ('not has_complaints', 'complaints: not delivered'),
        ('not (has_contract or is_own)', 'commission_yuan: no contract declared'),
        ('handling_cost_yuan is null', 'handling_cost_yuan: no cost declared')
    ], 'not_available') }}
from summed

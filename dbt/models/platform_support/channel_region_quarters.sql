-- Staff hours of sites whose code begins with a
-- region code belong to that region; those of other sites are shared out by payments. A channel
-- whose staff or cost is not known has null there and is left out by the DEA.
with cells as (
    select
        channel_code,
        region_code,
        cast({{ dbt.date_trunc('quarter', 'paid_month') }} as date) as quarter_start,
        sum(payments) as payments,
        sum(failed_payments + reversed_payments) as failures,
        sum(amount_yuan) as amount_yuan,
        sum(on_time_payments) as on_time_payments,
        sum(commission_yuan) as commission_yuan,
        sum(fixed_fee_yuan) as fixed_fee_yuan,
        sum(handling_cost_yuan) as handling_cost_yuan
    from {{ ref('channel_months') }}
    group by all
),

monthly_fees as (
    select
        channel_code,
        paid_month,
        max(monthly_fee_yuan) as monthly_fee_yuan
    from {{ ref('channel_terms') }}
    group by channel_code, paid_month
),

quarterly_fees as (
    select
        channel_code,
        cast({{ dbt.date_trunc('quarter', 'paid_month') }} as date) as quarter_start,
        sum(monthly_fee_yuan) as monthly_fee_yuan
    from monthly_fees
    group by all
),

regions as (
    select distinct region_code
    from cells
),

staffed as (
    select
        sites.channel_code,
        regions.region_code,
        cast({{ dbt.date_trunc('quarter', 'sites.operated_on') }} as date)
            as quarter_start,
        sum(sites.staff * sites.open_hours) as staff_hours
    from {{ ref('stg_landing__channel_operations') }} as sites
    left join regions
        on split_part(sites.site_code, '-', 1) = regions.region_code
    group by all
),

shared as (
    select
        cells.*,
        channels.is_own,
        quarterly_fees.channel_code is not null as has_contract,
        quarterly_fees.monthly_fee_yuan,
        cast(cells.payments as double) / nullif(
            sum(cells.payments)
                over (partition by cells.channel_code, cells.quarter_start),
            0
        ) as share_of_channel
    from cells
    left join {{ ref('channels') }} as channels
        on cells.channel_code = channels.channel_code
    left join quarterly_fees
        on cells.channel_code = quarterly_fees.channel_code
        and cells.quarter_start = quarterly_fees.quarter_start
)

select
    shared.channel_code,
    shared.region_code,
    shared.quarter_start,
    case
        when shared.has_contract
            then cast(
                    shared.commission_yuan
                    + shared.fixed_fee_yuan
                    + shared.handling_cost_yuan
                    + shared.monthly_fee_yuan * shared.share_of_channel as double
                )
        when shared.is_own then cast(shared.handling_cost_yuan as double)
    end as all_in_cost_yuan,
    case
        when local_staff.staff_hours is not null
            or unplaced_staff.staff_hours is not null
            then cast(
                    coalesce(local_staff.staff_hours, 0)
                    + coalesce(unplaced_staff.staff_hours, 0)
                    * shared.share_of_channel as double
                )
    end as staff_hours,
    cast(shared.failures as bigint) as failures,
    cast(shared.payments as bigint) as payments,
    cast(shared.amount_yuan as double) as amount_yuan,
    cast(shared.on_time_payments as bigint) as on_time_payments
from shared
left join staffed as local_staff
    on shared.channel_code = local_staff.channel_code
    and shared.region_code = local_staff.region_code
    and shared.quarter_start = local_staff.quarter_start
left join staffed as unplaced_staff
    on shared.channel_code = unplaced_staff.channel_code
    and unplaced_staff.region_code is null
    and shared.quarter_start = unplaced_staff.quarter_start
where shared.payments > 0

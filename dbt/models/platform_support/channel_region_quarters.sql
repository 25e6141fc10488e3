-- Monthly fees and the staff of sites in no region are shared out by payments; what is unknown is null.
with cells as (
    select
        channel_code,
        region_code,
        {{ quarter_of('paid_month') }} as quarter_start,
        sum(payments) as payments,
        sum(failed_payments + reversed_payments) as failures,
        sum(amount_yuan) as amount_yuan,
        sum(on_time_payments) as on_time_payments,
        sum(commission_yuan) + sum(fixed_fee_yuan) as contract_cost_yuan,
        sum(handling_cost_yuan) as handling_cost_yuan
    from {{ ref('channel_months') }}
    group by all
),

channel_quarters as (
    select
        channel_code,
        {{ quarter_of('paid_month') }} as quarter_start,
        bool_or(has_contract) as has_contract,
        bool_or(is_own) as is_own,
        sum(payments) as channel_payments,
        sum(monthly_fee_yuan) as monthly_fee_yuan
    from {{ ref('channel_month_totals') }}
    group by all
),

staffed as (
    select
        places.channel_code,
        regions.region_code,
        {{ quarter_of('places.operated_month') }} as quarter_start,
        sum(places.staff_hours) as staff_hours
    from {{ ref('channel_operation_months') }} as places
    left join (select distinct region_code from cells) as regions
        on places.place_code = regions.region_code
    group by all
),

shared as (
    select
        cells.*,
        channel_quarters.has_contract,
        channel_quarters.is_own,
        channel_quarters.monthly_fee_yuan,
        {{ per_unit(1, 'cells.payments', 'channel_quarters.channel_payments') }}
            as share_of_channel,
        here.staff_hours as staff_hours_here,
        elsewhere.staff_hours as staff_hours_elsewhere
    from cells
    left join channel_quarters using (channel_code, quarter_start)
    left join staffed as here using (channel_code, region_code, quarter_start)
    left join staffed as elsewhere
        on cells.channel_code = elsewhere.channel_code
        and cells.quarter_start = elsewhere.quarter_start
        and elsewhere.region_code is null
    where cells.payments > 0
)

select
    channel_code,
    region_code,
    quarter_start,
    case
        when has_contract
            then cast(contract_cost_yuan + handling_cost_yuan as double)
                + monthly_fee_yuan * share_of_channel
        when is_own then cast(handling_cost_yuan as double)
    end as all_in_cost_yuan,
    case
        when staff_hours_here is not null or staff_hours_elsewhere is not null
            then coalesce(staff_hours_here, 0)
                + coalesce(staff_hours_elsewhere, 0) * share_of_channel
    end as staff_hours,
    cast(failures as bigint) as failures,
    cast(payments as bigint) as payments,
    cast(amount_yuan as double) as amount_yuan,
    cast(on_time_payments as bigint) as on_time_payments
from shared

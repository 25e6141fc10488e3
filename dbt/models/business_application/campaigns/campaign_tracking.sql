{% set steps = [
    'assigned', 'contacted', 'delivered', 'opened', 'opted_out', 'visited', 'paid',
    'paid_through_target'
] %}

with steps as (
    select * from {{ ref('campaign_firsts') }}
),

campaigns as (
    select * from {{ ref('stg_landing__campaigns') }}
),

arms as (
    select
        campaign_code,
        arm,
        min(happened_on) as first_on,
        count(distinct customer_id) as customers
    from steps
    group by campaign_code, arm
),

days as (
    select
        arms.campaign_code,
        arms.arm,
        arms.customers,
        calendar.calendar_date as tracked_on
    from arms
    inner join campaigns on arms.campaign_code = campaigns.campaign_code
    inner join {{ ref('int_calendar_days') }} as calendar
        on
            calendar.calendar_date between arms.first_on and least(
                campaigns.ends_on, {{ as_of() }}
            )
),

counted as (
    select
        campaign_code,
        arm,
        happened_on as tracked_on,
        {% for step in steps %}
            count(*) filter (where step = '{{ step }}') as {{ step }},
        {% endfor %}
        sum(amount_yuan) as amount_yuan
    from steps
    group by campaign_code, arm, happened_on
)

select
    days.campaign_code,
    days.tracked_on,
    days.arm,
    days.customers < {{ var('small_cell_customers') }} as is_small_cell,
    {% for step in steps %}
        case
            when
                days.customers >= {{ var('small_cell_customers') }}
                then coalesce(counted.{{ step }}, 0)
        end as {{ step }},
    {% endfor %}
    cast(case
        when
            days.customers >= {{ var('small_cell_customers') }}
            then coalesce(counted.amount_yuan, 0)
    end as decimal(18, 2)) as amount_yuan
from days
left join counted
    on days.campaign_code = counted.campaign_code
    and days.arm = counted.arm
    and days.tracked_on = counted.tracked_on

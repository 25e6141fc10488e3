{% set steps = [
    'assigned', 'contacted', 'delivered', 'opened', 'opted_out', 'visited', 'paid',
    'paid_through_target'
] %}

with steps as (
    select * from {{ ref('campaign_firsts') }}
),

calendar as (
    select * from {{ ref('int_calendar_days') }}
),

campaigns as (
    select
        campaign_code,
        least(ends_on, {{ as_of() }}) as last_on
    from {{ ref('stg_landing__campaigns') }}
),

arms as (
    select
        campaign_code,
        arm,
        min(happened_on) as first_on,
        count(distinct customer_id) < {{ var('small_cell_customers') }} as is_small_cell
    from steps
    group by campaign_code, arm
),

days as (
    select
        arms.campaign_code,
        arms.arm,
        arms.is_small_cell,
        calendar.calendar_date as tracked_on
    from arms
    inner join campaigns on arms.campaign_code = campaigns.campaign_code
    inner join calendar
        on arms.first_on <= calendar.calendar_date
        and campaigns.last_on >= calendar.calendar_date
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
    days.is_small_cell,
    {% for step in steps %}
        {{ unless_small('coalesce(counted.' ~ step ~ ', 0)', 'bigint', step) }},
    {% endfor %}
    {{ unless_small(
        'coalesce(counted.amount_yuan, 0)', 'decimal(18,2)', 'amount_yuan'
    ) }}
from days
left join counted
    on days.campaign_code = counted.campaign_code
    and days.arm = counted.arm
    and days.tracked_on = counted.tracked_on

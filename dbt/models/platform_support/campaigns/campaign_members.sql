with steps as (
    select * from {{ ref('campaign_firsts') }}
),

campaigns as (
    select
        *,
        {{ as_of() }} as measured_to
    from {{ ref('stg_landing__campaigns') }}
),

customers as (
    select * from {{ ref('int_customers_versioned') }}
),

assigned as (
    select
        steps.campaign_code,
        steps.customer_id,
        steps.arm,
        steps.content_code,
        campaigns.target_channel_code,
        least(campaigns.ends_on, campaigns.measured_to) as last_on,
        campaigns.measured_to,
        min(steps.happened_on) filter (where steps.step = 'assigned') as assigned_on,
        min(steps.happened_on) filter (where steps.step = 'contacted') as contacted_on,
        bool_or(steps.step = 'delivered') as is_delivered,
        bool_or(steps.step = 'opted_out') as is_opted_out
    from steps
    inner join campaigns on steps.campaign_code = campaigns.campaign_code
    group by all
)

select
    assigned.campaign_code,
    assigned.customer_id,
    assigned.arm,
    assigned.content_code,
    assigned.target_channel_code,
    assigned.assigned_on,
    assigned.contacted_on,
    assigned.last_on,
    assigned.measured_to,
    assigned.is_delivered,
    assigned.is_opted_out,
    case
        when customers.is_elderly then 'elderly'
        else coalesce(customers.customer_type, 'unknown')
    end as customer_group
from assigned
left join customers
    on assigned.customer_id = customers.customer_id
    and assigned.assigned_on >= customers.valid_from
    and assigned.assigned_on < customers.valid_to

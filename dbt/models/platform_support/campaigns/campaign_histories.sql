-- Late data: members of whom anything changed, or who are assigned anew, are followed anew.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed_members() }}"
    )
}}

{% set age = dbt.datediff('fact.paid_on', 'members.assigned_on', 'day') %}

with members as (
    {{ members_without_rows() }}
),

fact as (
    select * from {{ ref('int_payments_matched') }}
    where payment_status = 'success'
),

-- Only what was known before assignment may explain the outcome.
earlier as (
    select
        members.campaign_code,
        members.customer_id,
        members.target_channel_code,
        members.assigned_on,
        fact.channel_code,
        fact.channel_code = members.target_channel_code as is_target,
        {{ fixed(
            'power(0.5, cast(' ~ age ~ ' as double) / ' ~ var('channel_half_life_days') ~ '.0)'
        ) }} as weight,
        case
            when fact.is_first_for_bill and fact.days_from_bill >= 0
                then {{ fixed('ln(1 + fact.days_from_bill)') }}
        end as delay_log,
        row_number() over (
            partition by members.campaign_code, members.customer_id
            order by
                fact.paid_on desc nulls last, fact.paid_at desc nulls last,
                fact.payment_id desc nulls last
        ) as recency
    from members
    inner join fact
        on members.customer_id = fact.customer_id
        and members.assigned_on > fact.paid_on
        and members.assigned_on - 365 <= fact.paid_on
)

select
    campaign_code,
    customer_id,
    target_channel_code,
    assigned_on,
    count(*) as payments_before,
    max(case when recency = 1 then channel_code end) as former_channel_code,
    count(*) filter (where recency <= 2 and is_target) as last_target_payments,
    cast(sum(weight) as decimal(38, 12)) as weight_before,
    cast(sum(case when is_target then weight else 0 end) as decimal(38, 12))
        as target_weight_before,
    count(delay_log) as delays_before,
    cast(coalesce(sum(delay_log), 0) as decimal(38, 12)) as delay_log_before
from earlier
group by campaign_code, customer_id, target_channel_code, assigned_on

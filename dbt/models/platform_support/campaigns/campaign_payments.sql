-- Late data: members of whom anything changed, or who are assigned anew, are followed anew.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed_members() }}"
    )
}}

with members as (
    {{ members_without_rows() }}
),

fact as (
    select * from {{ ref('int_payments_matched') }}
    where payment_status = 'success'
),

after_assignment as (
    select
        members.campaign_code,
        members.customer_id,
        members.target_channel_code,
        members.assigned_on,
        fact.payment_id,
        fact.paid_on,
        fact.channel_code,
        fact.amount_yuan,
        fact.channel_code = members.target_channel_code as is_through_target,
        lag(fact.channel_code) over (
            partition by members.campaign_code, members.customer_id
            order by
                fact.paid_on nulls last,
                fact.paid_at nulls first,
                fact.payment_id nulls last
        ) as previous_channel_code
    from members
    inner join fact
        on members.customer_id = fact.customer_id
        and members.assigned_on <= fact.paid_on
)

select
    campaign_code,
    customer_id,
    target_channel_code,
    assigned_on,
    payment_id,
    paid_on,
    channel_code,
    amount_yuan,
    is_through_target,
    is_through_target
    and coalesce(previous_channel_code = channel_code, false)
        as is_second_through_target
from after_assignment

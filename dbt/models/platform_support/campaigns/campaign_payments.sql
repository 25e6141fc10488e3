with members as (
    select * from {{ ref('campaign_members') }}
),

fact as (
    select * from {{ ref('int_payments_matched') }}
    where payment_status = 'success'
),

settlements as (
    select
        payment_id,
        channel_code,
        max(fee_yuan) as fee_yuan
    from {{ ref('stg_landing__settlements') }}
    where settled_on >= (select min(members.assigned_on) from members)
    group by payment_id, channel_code
),

after_assignment as (
    select
        members.campaign_code,
        members.customer_id,
        fact.payment_id,
        fact.paid_on,
        fact.channel_code,
        fact.amount_yuan,
        fact.paid_on <= members.last_on as is_in_campaign,
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
        and members.measured_to >= fact.paid_on
)

select
    after_assignment.campaign_code,
    after_assignment.customer_id,
    after_assignment.payment_id,
    after_assignment.paid_on,
    after_assignment.channel_code,
    after_assignment.amount_yuan,
    after_assignment.is_in_campaign,
    after_assignment.is_through_target,
    after_assignment.is_through_target
    and coalesce(
        after_assignment.previous_channel_code = after_assignment.channel_code, false
    ) as is_second_through_target,
    settlements.fee_yuan as settled_fee_yuan
from after_assignment
left join settlements
    on after_assignment.payment_id = settlements.payment_id
    and after_assignment.channel_code = settlements.channel_code

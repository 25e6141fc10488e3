with members as (
    select * from {{ ref('campaign_members') }}
),

ends as (
    select distinct
        campaign_code,
        last_on,
        measured_to
    from members
),

payment_sums as (
    select
        payments.campaign_code,
        payments.customer_id,
        count(*) filter (where payments.paid_on <= ends.last_on) as payments,
        count(*) filter (
            where payments.paid_on <= ends.last_on and payments.is_through_target
        ) as target_payments,
        count(*) filter (where payments.is_second_through_target)
            as second_target_payments
    from {{ ref('campaign_payments') }} as payments
    inner join ends on payments.campaign_code = ends.campaign_code
    group by payments.campaign_code, payments.customer_id
),

bills as (
    {{ bills_to_date() }}
),

bill_sums as (
    select
        campaign_code,
        customer_id,
        count(*) filter (where is_due_in_campaign) as due_bills,
        {{ target_bill(1) }},
        {{ target_bill(2) }},
        {{ target_bill(3) }},
        {{ target_bill(5) }},
        {{ target_bill(6) }},
        count(*) filter (where is_due_in_campaign and settled_on <= due_on)
            as on_time_bills
    from bills
    group by campaign_code, customer_id
),

complaint_sums as (
    select
        members.campaign_code,
        members.customer_id,
        count(*) as complaints
    from members
    inner join {{ ref('int_complaints_attributed') }} as complaints
        on members.customer_id = complaints.customer_id
        and complaints.received_on between members.assigned_on and members.last_on
    group by members.campaign_code, members.customer_id
)

select
    members.campaign_code,
    members.customer_id,
    members.arm,
    members.content_code,
    members.is_delivered,
    members.is_opted_out,
    coalesce(histories.former_channel_code, 'none') || '|' || members.customer_group
        as stratum,
    coalesce(payment_sums.payments, 0) > 0 as is_paid,
    coalesce(payment_sums.target_payments, 0) > 0 as is_paid_through_target,
    coalesce(payment_sums.second_target_payments, 0) > 0 as is_relocated,
    coalesce(bill_sums.due_bills, 0) as due_bills,
    coalesce(bill_sums.on_time_bills, 0) as on_time_bills,
    bill_sums.target_bill_1,
    bill_sums.target_bill_3,
    bill_sums.target_bill_6,
    bill_sums.target_bill_2 * bill_sums.target_bill_3 as relocated_bill_3,
    bill_sums.target_bill_5 * bill_sums.target_bill_6 as relocated_bill_6,
    coalesce(complaint_sums.complaints, 0) as complaints
from members
left join {{ ref('campaign_histories') }} as histories
    on members.campaign_code = histories.campaign_code
    and members.customer_id = histories.customer_id
left join payment_sums
    on members.campaign_code = payment_sums.campaign_code
    and members.customer_id = payment_sums.customer_id
left join bill_sums
    on members.campaign_code = bill_sums.campaign_code
    and members.customer_id = bill_sums.customer_id
left join complaint_sums
    on members.campaign_code = complaint_sums.campaign_code
    and members.customer_id = complaint_sums.customer_id

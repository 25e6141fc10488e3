{% set open_days = 92 %}  {# a bill older than a quarter at assignment is an arrear of its own #}

with members as (
    select * from {{ ref('campaign_members') }}
),

bills as (
    select * from {{ ref('stg_landing__bills') }}
    where issued_on >= (select min(members.assigned_on) - {{ open_days }} from members)
),

first_payments as (
    select
        bill_id,
        channel_code,
        paid_on
    from {{ ref('int_payments_matched') }}
    where
        is_first_for_bill
        and paid_on >= (select min(members.assigned_on) - {{ open_days }} from members)
),

numbered as (
    select
        members.campaign_code,
        members.customer_id,
        bills.bill_id,
        bills.issued_on,
        bills.due_on,
        bills.issued_on >= members.assigned_on as is_issued_after,
        row_number() over (
            partition by
                members.campaign_code, members.customer_id,
                bills.issued_on >= members.assigned_on
            order by bills.issued_on nulls last, bills.bill_id nulls last
        ) as place
    from members
    inner join bills
        on members.customer_id = bills.customer_id
        and members.assigned_on - {{ open_days }} <= bills.issued_on
        and members.measured_to >= bills.issued_on
),

settled as (
    select
        numbered.campaign_code,
        numbered.customer_id,
        numbered.bill_id,
        if(numbered.is_issued_after, numbered.place, 0) as bill_number,
        numbered.issued_on,
        numbered.due_on,
        first_payments.paid_on as settled_on,
        first_payments.channel_code as settled_channel_code
    from numbered
    left join first_payments on numbered.bill_id = first_payments.bill_id
    where numbered.place <= 6 or not numbered.is_issued_after
)

select
    settled.campaign_code,
    settled.customer_id,
    settled.bill_id,
    cast(settled.bill_number as int) as bill_number,
    settled.issued_on,
    settled.due_on,
    settled.settled_on,
    settled.settled_channel_code,
    members.target_channel_code,
    settled.due_on + 30 <= members.measured_to as is_mature,
    settled.due_on between members.assigned_on and members.last_on as is_due_in_campaign
from settled
inner join members
    on settled.campaign_code = members.campaign_code
    and settled.customer_id = members.customer_id
where
    settled.bill_number > 0
    or settled.settled_on is null
    or settled.settled_on >= members.assigned_on

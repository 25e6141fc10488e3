-- Late data: members of whom anything changed, or who are assigned anew, are followed anew.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed_members() }}"
    )
}}

{% set open_days = 92 %}  {# a bill older than a quarter at assignment is an arrear of its own #}

with members as (
    {{ members_without_rows() }}
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
        members.target_channel_code,
        members.assigned_on,
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
),

settled as (
    select
        numbered.campaign_code,
        numbered.customer_id,
        numbered.target_channel_code,
        numbered.assigned_on,
        numbered.bill_id,
        cast(if(numbered.is_issued_after, numbered.place, 0) as int) as bill_number,
        numbered.issued_on,
        numbered.due_on,
        first_payments.paid_on as settled_on,
        first_payments.channel_code as settled_channel_code
    from numbered
    left join first_payments on numbered.bill_id = first_payments.bill_id
    where numbered.place <= 6 or not numbered.is_issued_after
)

select *
from settled
where bill_number > 0 or settled_on is null or settled_on >= assigned_on

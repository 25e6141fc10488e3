-- Payments through the target during each campaign by arm, as assigned: customers, sum, squares.
with paid as (
    select
        payments.campaign_code,
        payments.customer_id,
        count(*) as payments
    from platform_support.campaign_payments as payments
    inner join platform_support.campaign_members as members
        on payments.campaign_code = members.campaign_code
        and payments.customer_id = members.customer_id
    where payments.paid_on <= members.last_on and payments.is_through_target
    group by payments.campaign_code, payments.customer_id
)

select
    members.campaign_code,
    members.arm,
    count(*) as customers,
    coalesce(sum(paid.payments), 0)::double as payments,
    coalesce(sum(paid.payments * paid.payments), 0)::double as squares
from platform_support.campaign_members as members
left join paid
    on members.campaign_code = paid.campaign_code
    and members.customer_id = paid.customer_id
group by members.campaign_code, members.arm
order by members.campaign_code, members.arm

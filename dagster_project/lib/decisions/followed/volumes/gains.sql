-- Payments through the target during each campaign by arm, as assigned: customers, sum, squares.
with paid as (
    select
        campaign_code,
        customer_id,
        count(*) as payments
    from platform_support.campaign_payments
    where is_in_campaign and is_through_target
    group by campaign_code, customer_id
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

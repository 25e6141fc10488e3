-- Only who was heard of has a row; whether a source was delivered, int_sources_delivered says.
{{ config(materialized='view') }}

{% set visit_days = 90 %}

with complaints as (
    select
        customer_id,
        count(*) as complaints_year,
        count(*) filter (where category = 'business') as billing_complaints_year
    from {{ ref('int_complaints_attributed') }}
    where
        customer_id is not null
        and received_on > {{ as_of() }} - 365 and received_on <= {{ as_of() }}
    group by customer_id
),

contacts as (
    select
        customer_id,
        count(*) filter (where contact_event = 'opted_out') as opt_outs,
        count(*) filter (
            where contact_event = 'opened' and happened_on > {{ as_of() }} - 365
        ) as contacts_opened_year
    from {{ ref('stg_landing__campaign_contacts') }}
    where happened_on <= {{ as_of() }}
    group by customer_id
),

visits as (
    select
        customer_id,
        count(*) as visits_recent,
        count(*) filter (where furthest_step in ('bill_viewed', 'payment_started'))
            as unpaid_bill_views_recent
    from {{ ref('stg_landing__channel_visits') }}
    where
        customer_id is not null
        and business_date > {{ as_of() }} - {{ visit_days }}
        and business_date <= {{ as_of() }}
    group by customer_id
),

heard as (
    select customer_id from complaints
    union
    select customer_id from contacts
    union
    select customer_id from visits
)

select
    heard.customer_id,
    coalesce(complaints.complaints_year, 0) as complaints_year,
    coalesce(complaints.billing_complaints_year, 0) as billing_complaints_year,
    coalesce(contacts.opt_outs, 0) > 0 as has_opted_out,
    coalesce(contacts.contacts_opened_year, 0) as contacts_opened_year,
    coalesce(visits.visits_recent, 0) as visits_recent,
    coalesce(visits.unpaid_bill_views_recent, 0) as unpaid_bill_views_recent
from heard
left join complaints on heard.customer_id = complaints.customer_id
left join contacts on heard.customer_id = contacts.customer_id
left join visits on heard.customer_id = visits.customer_id

with first_bills as (
    select
        *,
        coalesce(settled_on, {{ as_of() }}) as seen_to
    from {{ ref('campaign_bills') }}
    where bill_number = 1
),

bills as (
    select
        *,
        cast({{ dbt.datediff('issued_on', 'due_on', 'day') }} as int) as term_days,
        cast({{ dbt.datediff('issued_on', 'seen_to', 'day') }} as int) as days
    from first_bills
),

outcomes as (
    select * from {{ ref('campaign_outcomes') }}
),

terms as (
    select
        campaign_code,
        mode(term_days) as term_days
    from bills
    group by campaign_code
)

select
    bills.campaign_code,
    outcomes.arm,
    outcomes.stratum,
    outcomes.content_code,
    bills.days,
    terms.term_days,
    count(*) filter (where bills.settled_on is not null) as paid,
    count(*) filter (where bills.settled_on is null) as censored
from bills
inner join outcomes
    on bills.campaign_code = outcomes.campaign_code
    and bills.customer_id = outcomes.customer_id
inner join terms on bills.campaign_code = terms.campaign_code
where terms.term_days is not null
group by all

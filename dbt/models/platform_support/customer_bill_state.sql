-- Late data: the bills of every changed customer are read anew.
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ delete_changed_customers() }}"
    )
}}

{% set bills_of_habit = 6 %}
{% set habit_days = 365 %}

-- Bills older than the habit of a customer who is still billed say nothing of it.
with bills as (
    select
        bill_id,
        customer_id,
        issued_on,
        due_on
    from {{ ref('stg_landing__bills') }}
    where
        issued_on > {{ as_of() }} - {{ habit_days + 135 }}
        {% if is_incremental() %}
            and customer_id in (
                select changed.customer_id
                from {{ source('landing', 'changed_customers') }} as changed
            )
        {% endif %}
),

paid_bills as (
    select distinct bill_id
    from {{ ref('int_payments_matched') }}
    where
        payment_status = 'success'
        and amount_yuan > 0
        and paid_on > {{ as_of() }} - {{ habit_days + 135 }}
        {% if is_incremental() %}
            and customer_id in (
                select changed.customer_id
                from {{ source('landing', 'changed_customers') }} as changed
            )
        {% endif %}
),

followed as (
    select
        bills.customer_id,
        bills.issued_on,
        bills.due_on,
        paid_bills.bill_id is null as is_open,
        {{ dbt.datediff(
            'lag(bills.issued_on) over customer_bills', 'bills.issued_on', 'day'
        ) }} as gap_days,
        max(bills.issued_on) over (partition by bills.customer_id) as last_issued_on,
        row_number() over (
            partition by bills.customer_id
            order by bills.issued_on desc nulls last, bills.bill_id desc nulls last
        ) as recency
    from bills
    left join paid_bills on bills.bill_id = paid_bills.bill_id
    window customer_bills as (
        partition by bills.customer_id
        order by bills.issued_on nulls last, bills.bill_id nulls last
    )
)

-- Readers keep a day of the month and postpone it over days off: the earliest is the planned one.
-- Who was ever billed on a weekend is billed on weekends.
select
    customer_id,
    max(last_issued_on) as last_issued_on,
    cast(min(day(issued_on)) as int) as planned_day,
    median(cast(gap_days as double)) as cycle_days,
    bool_or({{ is_weekend('issued_on') }}) as is_billed_on_weekends,
    max(issued_on) filter (where is_open) as open_issued_on,
    max_by(due_on, issued_on) filter (where is_open) as open_due_on
from followed
where recency <= {{ bills_of_habit }} and issued_on > last_issued_on - {{ habit_days }}
group by customer_id

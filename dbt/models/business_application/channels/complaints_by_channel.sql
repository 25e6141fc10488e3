with complaints as (
    select
        *,
        {{ month_of('received_on') }} as received_month,
        {{ dbt.datediff('received_at', 'answered_at', 'minute') }} as minutes_to_answer
    from {{ ref('int_complaints_attributed') }}
),

cells as (
    select * from {{ ref('channel_months') }}
),

payments as (
    select
        channel_code,
        paid_month,
        sum(payments) as payments
    from cells
    group by channel_code, paid_month
),

counted as (
    select
        channel_code,
        received_month,
        category,
        count(*) as complaints,
        count(distinct customer_id)
        + count(*) filter (where customer_id is null) as complainants,
        count(answered_at) as answered,
        avg(cast(minutes_to_answer as double) / 60) as mean_hours_to_answer,
        count(*) filter (where is_satisfied) as satisfied,
        count(is_satisfied) as rated
    from complaints
    group by channel_code, received_month, category
),

joined as (
    select
        counted.*,
        counted.complainants < {{ var('small_cell_customers') }} as is_small_cell,
        payments.payments
    from counted
    left join payments
        on counted.channel_code = payments.channel_code
        and counted.received_month = payments.paid_month
)

select
    channel_code,
    received_month,
    category,
    is_small_cell,
    complaints,
    {{ unless_small('answered', 'bigint') }},
    {{ unless_small('mean_hours_to_answer', 'decimal(9,2)') }},
    {{ share('satisfied', 'rated', 'satisfied_pct') }},
    {{ ratio(10000, 'complaints', 'payments', 'complaints_per_10000_payments') }}
from joined

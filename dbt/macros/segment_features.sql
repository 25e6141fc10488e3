{# The last day of the last whole month before tomorrow, `months_before` months earlier. #}
{% macro whole_month_end(months_before=0) -%}
    cast(
        {{ dbt.dateadd('month', -months_before, dbt.date_trunc('month', '(' ~ as_of() ~ ' + 1)')) }}
        as date
    ) - 1
{%- endmacro %}

{# The same as a literal once there are rows to add to, so that other days are never read. #}
{% macro year_sums_day(months_before) -%}
    {%- if execute and is_incremental() -%}
        {{ as_date(run_query('select ' ~ whole_month_end(months_before)).columns[0].values()[0]) }}
    {%- else -%}
        ({{ whole_month_end(months_before) }})
    {%- endif -%}
{%- endmacro %}

{# Whether a customer is summed to the day: everybody where nobody's sums to it are kept, as on a
   full build and when a month has ended; else who changed on the day or before it. What comes later
   is not in the sums. #}
{% macro is_summed_to(day, customer) -%}
    {%- set kept = [] -%}
    {%- if execute and is_incremental() -%}
        {%- set query = 'select 1 from ' ~ this ~ ' where summed_to = ' ~ day ~ ' limit 1' -%}
        {%- do kept.extend(run_query(query).rows) -%}
    {%- endif -%}
    {%- if kept -%}
        {{ customer }} in (
            select changed.customer_id from {{ landing('changed_customers') }} as changed
            where changed.changed_on <= {{ day }}
        )
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{# Rows of customers who changed on their day or before it, and of months no longer compared. #}
{% macro delete_outdated_year_sums() -%}
    {%- if execute and is_incremental() -%}
        delete from {{ this }} as kept
        where
            exists (
                select 1
                from {{ landing('changed_customers') }} as changed
                where
                    changed.customer_id = kept.customer_id
                    and changed.changed_on <= kept.summed_to
            )
            or kept.summed_to not in ({{ year_sums_day(0) }}, {{ year_sums_day(1) }})
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}

{# Sums over the 365 days to the end of a month, one row a customer with a payment in them. #}
{% macro year_sums(months_before) %}
{% set day = year_sums_day(months_before) %}
{% set is_summed = is_summed_to(day, 'customer_id') %}
with payments as (
    select
        fact.customer_id,
        fact.paid_on,
        fact.amount_yuan,
        fact.is_first_for_bill and fact.days_from_bill >= 0 as is_matched,
        {{ fixed('ln(1 + greatest(fact.days_from_bill, 0))') }} as delay_log,
        {{ fixed('power(ln(1 + greatest(fact.days_from_bill, 0)), 2)') }} as delay_log_square,
        hour(fact.paid_at) as paid_hour,
        {{ is_weekend('fact.paid_on') }} as is_weekend,
        coalesce(channels.channel_family, 'other') as channel_family,
        coalesce(channels.is_online, false) as is_online
    from {{ ref('int_payments_matched') }} as fact
    left join {{ ref('channels') }} as channels
        on fact.channel_code = channels.channel_code
    where
        fact.payment_status = 'success'
        and fact.amount_yuan > 0
        and fact.paid_on > {{ day }} - 365
        and fact.paid_on <= {{ day }}
        and {{ is_summed }}
),

payment_sums as (
    select
        customer_id,
        count(*) as payments,
        cast(sum(amount_yuan) as double) as amount_sum,
        cast(sum(amount_yuan * amount_yuan) as double) as amount_square_sum,
        count(*) filter (where is_matched) as matched_payments,
        cast(coalesce(sum(delay_log) filter (where is_matched), 0) as double)
            as delay_log_sum,
        cast(coalesce(sum(delay_log_square) filter (where is_matched), 0) as double)
            as delay_log_square_sum,
        count(*) filter (where channel_family = 'counter') as counter_payments,
        count(*) filter (where channel_family = 'kiosk') as kiosk_payments,
        count(*) filter (where channel_family = 'bank') as bank_payments,
        count(*) filter (where channel_family = 'wechat') as wechat_payments,
        count(*) filter (where channel_family = 'alipay') as alipay_payments,
        count(*) filter (where channel_family = 'app') as app_payments,
        count(*) filter (where channel_family = 'other') as other_payments,
        count(*) filter (where is_online) as online_payments,
        count(*) filter (where is_weekend) as weekend_payments,
        count(*) filter (where paid_hour < 6 or paid_hour >= 18) as night_payments,
        count(*) filter (where paid_hour is not null) as timed_payments
    from payments
    group by customer_id
),

first_payments as (
    select
        bill_id,
        min(paid_on) as paid_on
    from {{ ref('int_payments_matched') }}
    where
        payment_status = 'success' and is_first_for_bill
        and paid_on > {{ day }} - 365 and paid_on <= {{ day }}
        and {{ is_summed }}
    group by bill_id
),

bills as (
    select
        bills.customer_id,
        bills.due_on,
        bills.due_on < {{ day }} as is_due,
        coalesce(first_payments.paid_on, {{ day }}) as settled_on
    from {{ ref('stg_landing__bills') }} as bills
    left join first_payments on bills.bill_id = first_payments.bill_id
    where
        bills.issued_on > {{ day }} - 365 and bills.issued_on <= {{ day }}
        and {{ is_summed }}
),

bill_sums as (
    select
        bills.customer_id,
        count(*) as bills,
        count(*) filter (where bills.is_due) as due_payments,
        count(*) filter (where bills.is_due and bills.settled_on > bills.due_on)
            as late_payments,
        coalesce(
            sum({{ dbt.datediff('bills.due_on', 'bills.settled_on', 'day') }}) filter (
                where bills.is_due and bills.settled_on > bills.due_on
            ),
            0
        ) as arrears_days
    from bills
    group by bills.customer_id
)

select
    payment_sums.customer_id,
    {{ day }} as summed_to,
    payment_sums.payments,
    payment_sums.amount_sum,
    payment_sums.amount_square_sum,
    payment_sums.counter_payments,
    payment_sums.kiosk_payments,
    payment_sums.bank_payments,
    payment_sums.wechat_payments,
    payment_sums.alipay_payments,
    payment_sums.app_payments,
    payment_sums.other_payments,
    payment_sums.online_payments,
    payment_sums.weekend_payments,
    payment_sums.night_payments,
    payment_sums.timed_payments,
    payment_sums.matched_payments,
    payment_sums.delay_log_sum,
    payment_sums.delay_log_square_sum,
    coalesce(bill_sums.bills, 0) as bills,
    coalesce(bill_sums.due_payments, 0) as due_payments,
    coalesce(bill_sums.late_payments, 0) as late_payments,
    cast(coalesce(bill_sums.arrears_days, 0) as bigint) as arrears_days
from payment_sums
left join bill_sums on payment_sums.customer_id = bill_sums.customer_id
{% endmacro %}

{# The features of the segments as of the end of a month. A column is null for everybody where its
   source was never delivered; counts are zero otherwise. #}
{% macro segment_features_as_of(day) %}
with sums as (
    select * from {{ ref('customer_year_sums') }}
    where summed_to = {{ day }}
),

complaint_sums as (
    select
        customer_id,
        count(*) as complaints
    from {{ ref('int_complaints_attributed') }}
    where received_on > {{ day }} - 365 and received_on <= {{ day }}
    group by customer_id
),

contact_sums as (
    select
        customer_id,
        count(*) as contacts
    from {{ ref('stg_landing__campaign_contacts') }}
    where
        contact_event = 'delivered'
        and happened_on > {{ day }} - 365 and happened_on <= {{ day }}
    group by customer_id
),

delivered as (
    select
        coalesce(max(rows_loaded) filter (where source = 'bills'), 0) > 0 as has_bills,
        coalesce(max(rows_loaded) filter (where source = 'complaints'), 0) > 0
            as has_complaints,
        coalesce(max(rows_loaded) filter (where source = 'campaign_contacts'), 0) > 0
            as has_contacts
    from {{ ref('int_sources_delivered') }}
)

select
    sums.customer_id,
    coalesce(customers.customer_type, 'unknown') as customer_type,
    coalesce(customers.is_prepaid, false) as is_prepaid,
    coalesce(customers.has_withholding, false) as has_withholding,
    sums.payments,
    sums.amount_sum,
    sums.amount_square_sum,
    sums.counter_payments,
    sums.kiosk_payments,
    sums.bank_payments,
    sums.wechat_payments,
    sums.alipay_payments,
    sums.app_payments,
    sums.other_payments,
    sums.online_payments,
    sums.weekend_payments,
    sums.night_payments,
    sums.timed_payments,
    case when delivered.has_bills then sums.matched_payments end
        as matched_payments,
    case when delivered.has_bills then sums.delay_log_sum end as delay_log_sum,
    case when delivered.has_bills then sums.delay_log_square_sum end
        as delay_log_square_sum,
    case when delivered.has_bills then sums.bills end as bills,
    case when delivered.has_bills then sums.due_payments end
        as due_payments,
    case when delivered.has_bills then sums.late_payments end
        as late_payments,
    case when delivered.has_bills then sums.arrears_days end as arrears_days,
    case when delivered.has_complaints then coalesce(complaint_sums.complaints, 0) end
        as complaints,
    case when delivered.has_contacts then coalesce(contact_sums.contacts, 0) end
        as contacts
from sums
cross join delivered
left join {{ ref('int_customers_versioned') }} as customers
    on
    sums.customer_id = customers.customer_id
    and customers.valid_from <= {{ day }}
    and customers.valid_to > {{ day }}
left join complaint_sums on sums.customer_id = complaint_sums.customer_id
left join contact_sums on sums.customer_id = contact_sums.customer_id
{% endmacro %}

-- State and working days left of today, and what is known of the customer.
select
    dated.*,
    customers.customer_type,
    coalesce(customers.is_elderly, false) or coalesce(customers.is_low_income, false)
        as is_protected,
    coalesce(repeated.complaints_of_quarter, 0) as complaints_of_quarter,
    case
        when answered_on > deadline_on then 'answered_late'
        when answered_on is not null then 'answered'
        when deadline_on < as_of_day.today then 'overdue'
        else 'open'
    end as state,
    deadlines.workdays_through - as_of_day.workdays_to_today as working_days_left
from dated
cross join as_of_day
inner join followup_days as deadlines on dated.deadline_on = deadlines.day
left join data_processing.int_customers_versioned as customers
    on
        dated.customer_id = customers.customer_id
        and customers.valid_from <= as_of_day.today
        and customers.valid_to > as_of_day.today
left join repeated on dated.customer_id = repeated.customer_id

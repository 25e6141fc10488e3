-- A move rests on payments: at least as many through the new channel as bills in its run.
select
    customer_id,
    first_bill_number,
    bills_there,
    payments_there
from {{ ref('customer_relocation') }}
where
    payments_there is null
    or payments_there < bills_there
    or bills_there > bills_since
    or (relapsed_on is null) <> (bills_there = bills_since)

-- Contact begins before it ends and only where a service is offered; arrears are part of what was
-- due, and probabilities are such.
with enterprises as (
    select * from {{ ref('small_enterprise_service') }}
)

select
    customer_id,
    service_code,
    contact_from,
    contact_to
from enterprises
where
    contact_from > contact_to
    or (contact_from is null) <> (contact_to is null)
    or (contact_from is not null and service_code = 'none')
    or late_payments > due_payments
    or p_unpaid_at_due not between 0 and 1

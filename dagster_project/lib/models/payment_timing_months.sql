-- One row per customer type, month of use and month of issue, if all its bills were issued by the
-- end of $origin: nothing from the future.
select
    customer_type,
    used_in_month,
    bills,
    cast(amount_yuan as double) as amount_yuan
from platform_support.usage_months
where known_on <= cast($origin as date)
order by customer_type, used_in_month

-- Bills by region that were issued before the given day.
select
    region_code as region,
    issued_on as ds,
    bills::double as bills
from platform_support.region_bill_days
where issued_on < $before::date
order by region_code, issued_on

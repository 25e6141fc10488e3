-- The released model of the daily payments, and the members of a combination with their weights.
select
    case when component = 'champion' then 'champion' else 'member' end as role,
    case when component = 'champion' then text else name end as model,
    value
from platform_support.forecasting_release
where
    (component = 'champion' and name = 'payments')
    or (component = 'payments' and text like 'weights%')
order by position

-- What the backtest of each release said of its windows of whole days, for all customers.
select release_id, metric, value
from platform_support.payment_timing_validations
where segment = 'all' and component = 'stack' and metric like 'whole_coverage_%'

-- Today's published windows of a fixed sample of customers: the same customers every day.
select
    $as_of::date as predicted_on,
    windows.release_id,
    windows.customer_id,
    coalesce(states.stratum_name, 'unknown') as segment,
    windows.window_50_from,
    windows.window_50_to,
    windows.window_80_from,
    windows.window_80_to,
    windows.window_95_from,
    windows.window_95_to
from platform_support.payment_windows_scored as windows
left join platform_support.customer_timing_state as states
    on windows.customer_id = states.customer_id
where
    abs(windows.customer_id) % $buckets < $taken
    and windows.window_50_from is not null
order by windows.customer_id

create or replace temp table scheduled as
with predicted as (
    select
        randomised.*,
        windows.best_hour_band,
        windows.median_pay_on - (1 + (u_ahead < 0.5)::integer) as day_ahead
    from randomised
    left join platform_support.payment_windows_scored as windows using (customer_id)
),

-- A payment that is predicted before the start or after the end comes a cycle later or earlier.
moved as (
    select
        *,
        $starts_on + (
            (((day_ahead - $starts_on) % $cycle_days::integer) + $cycle_days::integer)
            % $cycle_days::integer
        )::integer as day_in_window,
        $starts_on + floor(u_day * $cycle_days::integer)::integer as random_day
    from predicted
)

select
    $code as campaign_code,
    $version::integer as campaign_version,
    $tracked_code as tracked_code,
    customer_id,
    arm,
    stratum,
    $assigned_on as assigned_on,
    case arm
        when 'window' then coalesce(day_in_window, random_day)
        when 'random_day' then random_day
    end as contact_on,
    -- The same band in both arms, so that they differ by the day alone.
    case when arm <> 'holdout' then coalesce(best_hour_band, main_hour_band) end
        as contact_hour_band,
    case when arm <> 'holdout' then $means end as contact_means,
    case
        when arm <> 'holdout' and len($contents::varchar[]) > 0
            then ($contents::varchar[])[
                1 + floor(content_place * len($contents::varchar[]))::integer
            ]
    end as content_code,
    arm = 'window' and day_in_window is not null as is_in_predicted_window
from moved
order by customer_id

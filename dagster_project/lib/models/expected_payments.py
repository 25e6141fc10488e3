"""The payments that the customers' own windows promise, by channel and day, kept day by day.

Forecasts are drawn towards these sums by how well earlier ones did; before any has been seen to
come true the weight is zero.
"""

from __future__ import annotations

import pandas as pd

from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read

TRUSTED_DAYS = 14  # later days hold second payments, which the windows do not count
TODAY = """
select channel_code as channel, expected_on as ds, expected_payments as expected
from platform_support.payment_timing_expected
where expected_as_of = $as_of::date and expected_on <= $as_of::date + $trusted
"""
ERRORS = """
with promised as (
    select expected_as_of, channel_code, expected_on, expected_payments
    from platform_support.payment_timing_expected
    where expected_on <= $as_of::date and expected_as_of < $as_of::date
        and expected_on <= expected_as_of + $trusted
), came as (
    select channel_code, paid_on, sum(payments)::double as payments
    from platform_support.channel_region_days group by all
), forecasts as (
    select forecast_as_of, channel_code, forecast_on, expected_payments
    from platform_support.payment_forecast_history where forecast_on <= $as_of::date
)
select promised.channel_code,
    promised.expected_payments - coalesce(came.payments, 0) as timing_error,
    forecasts.expected_payments - coalesce(came.payments, 0) as series_error
from promised
left join came on promised.channel_code = came.channel_code
    and promised.expected_on = came.paid_on
join forecasts on promised.channel_code = forecasts.channel_code
    and promised.expected_on = forecasts.forecast_on
    and promised.expected_as_of = forecasts.forecast_as_of
"""
FEWEST_ERRORS = 14  # of a channel: two weeks of days that have come


def timing_weights(work: Work) -> tuple[pd.DataFrame, dict[str, float]]:
    """Today's sums of the windows, and the weight of each channel by inverse variance."""
    from ml.forecasting.reconciliation.timing_aggregate import inverse_variance_weight

    values = {"as_of": work.as_of.isoformat(), "trusted": TRUSTED_DAYS}
    today = read(work.connection, TODAY, values).to_pandas()
    errors = read(work.connection, ERRORS, values).to_pandas()
    weights = {
        str(channel): inverse_variance_weight(
            own["series_error"].to_numpy(), own["timing_error"].to_numpy()
        )
        for channel, own in errors.groupby("channel_code")
        if len(own) >= FEWEST_ERRORS and (own[["series_error", "timing_error"]] != 0).any(axis=None)
    }
    return today, weights

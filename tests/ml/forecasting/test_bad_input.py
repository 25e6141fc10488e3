"""What is wrong with a panel is said: a finding or a clear error, in both languages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.forecasting import backtest, findings, forecast
from ml.forecasting.calendar.days import LAST_PUBLISHED_YEAR
from ml.forecasting.contract import panel_of
from tests.ml.forecasting.panels import long, weekly


def codes(frame: pd.DataFrame) -> set[tuple[str, str]]:
    found = findings(frame)
    assert found["message_en"].str.len().gt(10).all()
    assert found["message_zh"].str.contains("天|行").all()
    return set(zip(found["unique_id"], found["code"], strict=True))


def sound(frame: pd.DataFrame, horizon: int = 60) -> None:
    numbers = frame[["lo_95", "lo_80", "hi_80", "hi_95"]]
    assert np.isfinite(frame["mean"]).all()
    assert (numbers >= 0).all(axis=None)
    assert (np.diff(numbers, axis=1) >= 0).all()
    assert (frame.groupby("unique_id").size() == horizon).all()


def test_a_channel_with_three_payments_gets_its_mean_day_and_says_so() -> None:
    values = np.zeros(200)
    values[[20, 90, 150]] = 1
    frame = long({"app": weekly(200), "cheque": values})
    assert ("cheque", "sparse") in codes(frame)
    found = forecast(frame)
    sound(found)
    assert set(found.loc[found["unique_id"] == "cheque", "model"]) == {"mean_day"}


def test_a_gap_is_left_out_and_not_read_as_zeros() -> None:
    values = weekly(200)
    values[100:130] = np.nan
    frame = long({"app": values}).dropna()
    assert ("app", "gaps") in codes(frame)
    assert panel_of(frame).values.shape == (1, 200)
    sound(forecast(frame))


def test_all_zeros_forecast_zero_and_say_so() -> None:
    frame = long({"cheque": np.zeros(200)})
    assert ("cheque", "all_zero") in codes(frame)
    found = forecast(frame)
    assert (found[["mean", "hi_95"]] == 0).all(axis=None)


def test_nan_is_a_gap() -> None:
    values = weekly(60)
    values[5] = np.nan
    assert ("app", "gaps") in codes(long({"app": values}))


def test_exact_repeats_are_dropped_and_counted() -> None:
    frame = long({"app": weekly(60)})
    twice = pd.concat([frame, frame.head(3)])
    assert ("app", "repeated") in codes(twice)
    np.testing.assert_array_equal(panel_of(twice).values, panel_of(frame).values)


def test_two_values_of_one_day_are_an_error_that_names_series_and_day() -> None:
    frame = long({"app": weekly(60)})
    contrary = pd.concat([frame, frame.head(1).assign(y=999.0)])
    with pytest.raises(ValueError, match=r"app has 2 values on 2024-01-01.*one row per series"):
        panel_of(contrary)


def test_negative_values_are_left_out_and_counted() -> None:
    values = weekly(60)
    values[[3, 9]] = -5
    frame = long({"app": values})
    assert ("app", "negative") in codes(frame)
    assert np.isnan(panel_of(frame).values[0, 3])


def test_infinite_values_are_an_error() -> None:
    values = weekly(60)
    values[3] = np.inf
    with pytest.raises(ValueError, match="app on 2024-01-04 is infinite"):
        panel_of(long({"app": values}))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="'y'"):
        panel_of(pd.DataFrame({"unique_id": ["a"], "ds": ["2024-01-01"]}))


def test_an_empty_panel_is_a_clear_error() -> None:
    with pytest.raises(ValueError, match="no rows"):
        panel_of(pd.DataFrame({"unique_id": [], "ds": [], "y": []}))


def test_one_channel_and_two_weeks_get_last_week_with_wide_intervals() -> None:
    frame = long({"app": weekly(14)})
    found = forecast(frame)
    sound(found)
    assert set(found["model"]) == {"seasonal_naive"}
    wide = found["hi_95"] - found["lo_95"]
    assert wide.iloc[-1] > wide.iloc[0] > 5
    result = backtest(frame)
    assert result.refusal_code == "backtest_too_short"
    assert "14" in result.reason_en
    assert "14天" in result.reason_zh


def test_less_than_two_weeks_are_refused_in_both_languages() -> None:
    frame = long({"app": weekly(10)})
    found = findings(frame).set_index("code").loc["too_short"]
    assert found.is_refusal
    assert "10" in found.message_en
    assert "10天" in found.message_zh
    assert forecast(frame).empty
    assert backtest(frame).refusal_code == "backtest_too_short"


def test_a_horizon_past_the_last_published_year_is_flagged() -> None:
    frame = long({"app": weekly(100)}, first=f"{LAST_PUBLISHED_YEAR}-09-01")
    found = forecast(frame)
    late = found["ds"].dt.year > LAST_PUBLISHED_YEAR
    assert late.any()
    assert (found["is_calendar_estimated"] == late).all()


def test_a_horizon_of_no_days_is_an_error() -> None:
    with pytest.raises(ValueError, match="horizon 0"):
        forecast(long({"app": weekly(60)}), horizon=0)


def test_an_unknown_candidate_is_named() -> None:
    with pytest.raises(ValueError, match="oracle"):
        backtest(long({"app": weekly(300)}), candidates=["oracle"])


def test_a_sample_of_unknown_series_is_named() -> None:
    with pytest.raises(ValueError, match="nobody"):
        backtest(long({"app": weekly(300)}), sample=["nobody"])


def test_a_history_without_a_known_error_is_refused() -> None:
    values = weekly(400)
    values[400 - 8 * 28 : 400 - 7 * 28] = np.nan  # all that came after the first origin
    result = backtest(long({"app": values}).dropna())
    assert result.refusal_code == "no_error_known"
    assert "no error is known" in result.reason_en
    assert "无误差" in result.reason_zh

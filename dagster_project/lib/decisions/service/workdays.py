"""Working days of the calendar as rows, so that SQL can count them: make-up workdays included."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa

from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read

AHEAD_DAYS = 120  # sixty working days, the longest declared term, over the longest holidays
OVERRIDES = "select calendar_date, is_workday from data_processing.calendar_overrides"


def workdays(work: Work, days_back: int) -> pa.Table:
    """One row per day: ``day, is_workday, workdays_through``, the count from the first day on.

    The n-th working day after a day d is the first with workdays_through = that of d + n.
    """
    from ml.forecasting.calendar.days import calendar_frame

    first, last = work.as_of - timedelta(days=days_back), work.as_of + timedelta(days=AHEAD_DAYS)
    overrides = read(work.connection, OVERRIDES).to_pandas()
    frame = calendar_frame(first, last, overrides)
    frame["workdays_through"] = frame["is_workday"].cumsum()
    days = pa.array(frame["ds"].dt.date, pa.date32())
    table = pa.Table.from_pandas(frame[["is_workday", "workdays_through"]], preserve_index=False)
    return table.add_column(0, "day", days)

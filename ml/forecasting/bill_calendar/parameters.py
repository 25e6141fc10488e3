"""A fitted bill-calendar model as plain long rows, and back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.forecasting.bill_calendar.flows import Delays
from ml.forecasting.bill_calendar.level import Memory
from ml.forecasting.bill_calendar.model import BillCalendar

COLUMNS = ("model", "unique_id", "name", "index", "value")
MODEL = "bill_calendar"
MEMORY = ("shrinkage", "level_days", "prolongs_trend")
PER_SERIES = ("log_mean", "base", *MEMORY)


def to_rows(fitted: BillCalendar, model: str = MODEL) -> pd.DataFrame:
    """``COLUMNS``: coefficients ``x:<column>`` (index is the column's place), delays by channel.

    ``delay`` has the channel as unique_id and the place in the flow's basis as index; ``origin`` is
    the day since 1970-01-01, ``history`` a number of days, both without a series.
    """
    width = len(fitted.columns)
    frames = [
        pd.DataFrame({
            "unique_id": np.repeat(list(fitted.ids), width),
            "name": [f"x:{name}" for name in fitted.columns] * len(fitted.ids),
            "index": np.tile(np.arange(width), len(fitted.ids)),
            "value": fitted.coefficients.ravel(),
        }),
        _series("log_mean", dict(zip(fitted.ids, fitted.log_mean, strict=True))),
        *[
            _series(name, dict(zip(fitted.ids, getattr(fitted.memory, name) * 1.0, strict=True)))
            for name in MEMORY
        ],
        _series("base", fitted.delays.base),
        pd.DataFrame({
            "unique_id": ["", ""],
            "name": ["origin", "history"],
            "index": 0,
            "value": [(fitted.origin - pd.Timestamp(0)).days, fitted.history],
        }),
    ]  # fmt: skip
    for channel, weights in fitted.delays.by_channel.items():
        frames.append(pd.DataFrame({
            "unique_id": channel, "name": "delay", "index": np.arange(len(weights)),
            "value": weights,
        }))  # fmt: skip
    rows = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
    return rows.assign(model=model)[list(COLUMNS)]


def from_rows(rows: pd.DataFrame, model: str = MODEL) -> BillCalendar:
    """The model that ``to_rows`` wrote.

    Raises:
        ValueError: the rows hold no such model.
    """
    own = rows[rows["model"] == model]
    single = own[own["unique_id"] == ""].set_index("name")["value"]
    if not {"origin", "history"} <= set(single.index):
        raise ValueError(f"no parameters of {model!r} among {sorted(set(rows['model']))}")
    terms = own[own["name"].str.startswith("x:")]
    wide = terms.pivot(index="unique_id", columns="index", values="value")
    names = terms.drop_duplicates("index").sort_values("index")["name"]
    kept = {name: own[own["name"] == name].set_index("unique_id")["value"] for name in PER_SERIES}
    delays = own[own["name"] == "delay"].sort_values("index")
    return BillCalendar(
        tuple(wide.index),
        tuple(name[2:] for name in names),
        wide.to_numpy(),
        kept["log_mean"].loc[wide.index].to_numpy(),
        Memory(
            kept["shrinkage"].loc[wide.index].to_numpy(),
            kept["level_days"].loc[wide.index].to_numpy(),
            kept["prolongs_trend"].loc[wide.index].to_numpy() > 0,
        ),
        Delays(
            {str(name): part["value"].to_numpy() for name, part in delays.groupby("unique_id")},
            kept["base"].to_dict(),
        ),
        pd.Timestamp(0) + pd.Timedelta(days=int(single["origin"])),
        int(single["history"]),
    )


def _series(name: str, values: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({
        "unique_id": list(values), "name": name, "index": 0, "value": list(values.values()),
    })  # fmt: skip

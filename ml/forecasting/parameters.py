"""Everything that a daily forecast needs of a refit, as plain long rows, and back.

Rows are ``model, unique_id, name, index, value``; nothing here is pickled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.forecasting.bill_calendar import parameters as bill_calendar
from ml.forecasting.bill_calendar.model import BillCalendar
from ml.forecasting.candidates.prophet_model import GRID
from ml.forecasting.candidates.registry import PROPHET_TUNED
from ml.forecasting.hierarchy import Hierarchy

COLUMNS = bill_calendar.COLUMNS
BOUNDS = {"lo_95": 0.025, "lo_80": 0.1, "hi_80": 0.9, "hi_95": 0.975}


@dataclass(frozen=True)
class Fitted:
    """The champion, its members' weights, fitted models, intervals and reconciliation."""

    champion: str
    ids: tuple[str, ...]
    weights: dict[str, float]
    models: dict[str, BillCalendar]
    quantiles: np.ndarray  # scores by series, horizon and BOUNDS; (n, h, 4)
    prophet: dict[str, int]  # place in Prophet's grid, by series
    projection: np.ndarray | None  # (bottoms, nodes)


def to_rows(fitted: Fitted, hierarchy: Hierarchy | None) -> pd.DataFrame:
    """One row per number."""
    horizon = fitted.quantiles.shape[1]
    frames = [
        _rows(fitted.champion, [""], "is_champion", [0], [1.0]),
        *[_rows("weights", [""], name, [0], [w]) for name, w in fitted.weights.items()],
        *[bill_calendar.to_rows(model, name) for name, model in fitted.models.items()],
        *[
            _rows(PROPHET_TUNED, [name], "grid_place", [0], [float(place)])
            for name, place in fitted.prophet.items()
        ],
        *[
            _rows("conformal", np.repeat(list(fitted.ids), horizon), bound,
                  np.tile(np.arange(1, horizon + 1), len(fitted.ids)),
                  fitted.quantiles[..., place].ravel())
            for place, bound in enumerate(BOUNDS)
        ],
    ]  # fmt: skip
    if fitted.projection is not None and hierarchy is not None:
        nodes = len(hierarchy.ids)
        frames.append(pd.DataFrame({
            "model": "reconciliation",
            "unique_id": np.repeat(list(hierarchy.bottoms), nodes),
            "name": np.tile(list(hierarchy.ids), len(hierarchy.bottoms)),
            "index": 0,
            "value": fitted.projection.ravel(),
        }))  # fmt: skip
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)]


def from_rows(rows: pd.DataFrame) -> Fitted:
    """What ``to_rows`` wrote.

    Raises:
        ValueError: no champion is named, or several.
    """
    champions = rows.loc[rows["name"] == "is_champion", "model"].tolist()
    if len(champions) != 1:
        raise ValueError(f"parameters name the champions {champions}; expected exactly one")
    conformal = rows[rows["model"] == "conformal"]
    ids = tuple(dict.fromkeys(conformal["unique_id"]))
    wide = conformal.pivot(index=["unique_id", "index"], columns="name", values="value")
    horizon = int(conformal["index"].max())
    order = pd.MultiIndex.from_product([ids, range(1, horizon + 1)])
    quantiles = wide.loc[order, list(BOUNDS)].to_numpy().reshape(len(ids), horizon, len(BOUNDS))
    weights = rows[rows["model"] == "weights"]
    prophet = rows[(rows["model"] == PROPHET_TUNED) & (rows["name"] == "grid_place")]
    fitted = rows.loc[rows["name"] == "origin", "model"]
    return Fitted(
        champions[0], ids,
        dict(zip(weights["name"], weights["value"].astype(float), strict=True)),
        {name: bill_calendar.from_rows(rows, name) for name in fitted},
        quantiles,
        dict(zip(prophet["unique_id"], prophet["value"].astype(int), strict=True)),
        _projection(rows[rows["model"] == "reconciliation"]),
    )  # fmt: skip


def prophet_settings(fitted: Fitted) -> dict[str, dict[str, object]]:
    """Settings by series, as Prophet's candidate takes them."""
    return {name: dict(GRID[place]) for name, place in fitted.prophet.items()}


def _projection(rows: pd.DataFrame) -> np.ndarray | None:
    if rows.empty:
        return None
    bottoms = rows["unique_id"].nunique()
    result: np.ndarray = rows["value"].to_numpy().reshape(bottoms, -1)
    return result


def _rows(model: str, ids: object, name: str, index: object, value: object) -> pd.DataFrame:
    return pd.DataFrame(
        {"model": model, "unique_id": ids, "name": name, "index": index, "value": value}
    )

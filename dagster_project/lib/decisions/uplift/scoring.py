"""Every customer who could be contacted for a channel, scored in batches."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.lib.decisions.uplift.inputs import (
    Audience,
    feature_batches,
    matrix,
    values_of,
)
from dagster_project.lib.models.spec import Work
from ml.uplift import FittedUplift, pays

COLUMNS = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("target_channel_code", pa.string()),
        ("uplift", pa.float32()),
        ("uplift_low", pa.float32()),
        ("uplift_high", pa.float32()),
        ("saving_per_move_yuan", pa.float32()),
        ("is_deployed", pa.bool_()),
    ]
)


def scored_customers(work: Work, audience: Audience, fitted: FittedUplift) -> pa.Table:
    """Uplifts of all who pay now through a channel that the campaigns addressed, not the target.

    Nothing is said of others: no experiment has seen customers like them.
    """
    values, begin = values_of(work, audience.target), 0
    parts = [COLUMNS.empty_table()]
    for rows in feature_batches(work, audience.target):
        worth = values[begin : begin + len(rows)]
        begin += len(rows)
        present = rows["present_channel_code"]
        seen = pc.is_in(present, value_set=pa.array(audience.origins, pa.string()))
        asked = pc.and_(seen, pc.not_equal(present, audience.target)).to_numpy()
        if asked.any():
            ids = rows["customer_id"].to_numpy()[asked]
            features = matrix(rows.filter(pa.array(asked)))
            parts.append(_scored(audience, fitted, ids, features, worth[asked]))
    return pa.concat_tables(parts)


def _scored(
    audience: Audience,
    fitted: FittedUplift,
    ids: np.ndarray,
    features: np.ndarray,
    worth: np.ndarray,
) -> pa.Table:
    uplifts = fitted.predict(features)
    known = ~np.isnan(worth)
    deployed = known & pays(uplifts, np.where(known, worth, 0.0), audience.cost_yuan)
    columns = [
        pa.array(ids, pa.int64()),
        pa.array([audience.target], pa.string()).take(pa.array(np.zeros(len(ids), dtype=np.int64))),
        *(pa.array(end.astype(np.float32)) for end in uplifts),
        pa.array(worth.astype(np.float32), from_pandas=True),
        pa.array(deployed),
    ]
    return pa.Table.from_arrays(columns, schema=COLUMNS)

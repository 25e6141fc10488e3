"""What a snapshot says of the models: the release in force, and what became of the last fit."""

from __future__ import annotations

from typing import Any

import duckdb

from dagster_project.lib.publication.history import DATABASE, Snapshot

VALIDATION = "model_validation"
FITS = """
with fits as (
    select model, release_id, fitted_on, decision, reason_en, reason_zh,
        -- fits of the same day and data, by other code, stand in the order they were made
        (fitted_on, data_version, max(rowid)) as made
    from business_application.model_validation
    where decision is not null  -- what became of earlier predictions is no fit
    group by model, release_id, fitted_on, data_version, decision, reason_en, reason_zh
)
select
    model,
    max_by(release_id, made) filter (decision = 'promoted') as release_id,
    max_by(fitted_on, made) as fitted_on,
    max_by(decision, made) as decision,
    max_by(reason_en, made) as reason_en,
    max_by(reason_zh, made) as reason_zh
from fits group by model order by model
"""


def newest_fits(snapshot: Snapshot) -> list[dict[str, Any]]:
    """One row per family; none for a snapshot from before there were models.

    ``release_id`` is the newest promoted fit, None where none ever was; the decision and its
    reasons are those of the newest fit, which may be another.
    """
    if VALIDATION not in snapshot.tables:
        return []
    with duckdb.connect(str(snapshot.path / DATABASE), read_only=True) as connection:
        rows = connection.sql(FITS).to_arrow_table().to_pylist()
    return [dict(row) for row in rows]

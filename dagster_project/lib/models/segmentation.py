"""Segmentation between the warehouse and ``ml``: fitted on a sample, every customer assigned."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.lib.models import segmentation_plots
from dagster_project.lib.models.candidate import (
    Candidate,
    Validation,
    Verdict,
    parameter_table,
    refused,
)
from dagster_project.lib.models.kept_scores import keep_pictures, kept_scores, mark_of
from dagster_project.lib.models.releases import (
    Release,
    UnreadableReleaseError,
    reading,
    released,
)
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read

NAME = "segmentation"
FEATURES = ("platform_support.segment_features", "platform_support.segment_features_month_before")
NOW, MONTH_BEFORE = (f"select * from {relation} order by customer_id" for relation in FEATURES)
SAMPLED = "select * from ({}) where abs(customer_id) % 1000 < $buckets"
FIT_CUSTOMERS = 100_000  # of the stratified sample: centroids no longer move with more
ROUNDS, RESAMPLE, SILHOUETTE_POINTS = 10, 10_000, 5_000  # of the choice of k, within a run
ASSIGNED = (
    "segment",
    "distance",
    "second_segment",
    "second_distance",
    "is_far",
    "imputed_features",
)


def fit(work: Work) -> Candidate:
    """Fit on a sample of today's customers; the month before gives the churn of the gate."""
    from ml import segmentation

    now, before = (_sampled(work, query) for query in (NOW, MONTH_BEFORE))
    effort = segmentation.Effort(ROUNDS, RESAMPLE, SILHOUETTE_POINTS)
    previous = _previous(work)
    fitted = segmentation.fit_segmentation(now, previous, effort=effort, sample_size=FIT_CUSTOMERS)
    if isinstance(fitted, segmentation.Refusal):
        return refused(fitted.code, fitted.reason.en, fitted.reason.zh)
    verdict = segmentation.judge_release(fitted, _churn(fitted, before, now))
    figures = [
        Validation(NAME, check.name, check.value, bar=check.bar, is_met=check.passed)
        for check in verdict.checks
    ]
    fidelity = fitted.surrogate.fidelity
    figures.append(
        Validation(NAME, "surrogate_fidelity", fidelity, bar=">= 0.9", is_met=fidelity >= 0.9)
    )
    figures += [] if previous is None else _drift(previous, now)
    rows = [("fit", -1, r.name, r.index, r.value, r.text) for r in segmentation.to_rows(fitted)]
    return Candidate(
        parameter_table(rows),
        _decision(verdict),
        figures,
        plots=segmentation_plots.of_choice(fitted),
    )


def score(work: Work, release: Release) -> dict[str, Scored]:
    """Assign every customer, describe the segments, find the groups of each channel.

    The features are those of the last whole month: as long as they stay, so do the segments.
    """
    mark = mark_of(work, FEATURES)
    kept = kept_scores(work, mark, TABLES[1], TABLES)
    if kept:
        return kept
    scores = _scored(work, release, mark)
    keep_pictures(work, mark, TABLES[1], scores)
    return scores


def _scored(work: Work, release: Release, mark: str) -> dict[str, Scored]:
    from ml import segmentation

    fitted = _rebuilt(release)
    now = read(work.connection, NOW)
    if not len(now):
        reason = "no customer has paid in the last year (近一年无缴费用户)"
        return {name: Scored(None, reason) for name in TABLES}
    scores = segmentation.score_customers(fitted, now)
    before = read(work.connection, MONTH_BEFORE)
    earlier = fitted.assign(before)
    try:
        both = (earlier, scores.assigned)
        moved = segmentation.compare_dates(fitted, before, now, both).moved
    except segmentation.NobodyInBothError:  # the first month: nobody can have moved
        moved = _no_movement()
    cards = _published(scores.profiles.cards)
    return {
        TABLES[0]: Scored(_with_movement(work, scores.assigned, earlier, moved)),
        TABLES[1]: Scored(
            _marked(_of_release(work, cards), mark),
            plots=segmentation_plots.of_cards(scores.profiles),
        ),
        TABLES[2]: Scored(
            _of_release(work, scores.groups),
            plots=segmentation_plots.of_groups(scores.groups, cards),
        ),
    }


TABLES = ("customer_segments_assigned", "segment_profiles_described", "channel_user_groups_found")


def _drift(previous: Any, now: pa.Table) -> list[Validation]:
    """How far today's customers are from those of the last release's fit: it asks for the refit."""
    from ml import segmentation

    figures = []
    for row in segmentation.feature_drift(previous, now):
        own = row["name"] in ("mean_distance", "far_customers")
        metric, segment = (row["name"], "all") if own else ("psi", row["name"])
        bar, met = f"<= {row['bar']}", not row["alarm"]
        figures.append(
            Validation("last release", metric, row["value"], segment=segment, bar=bar, is_met=met)
        )
    return figures


def _churn(fitted: Any, before: pa.Table, now: pa.Table) -> Any:
    """Share of customers changing segment in a month, or why it is not known."""
    from ml import segmentation

    if not len(before):
        return segmentation.Unmeasured.NO_EARLIER_MONTH
    try:
        return segmentation.compare_dates(fitted, before, now).churn
    except segmentation.NobodyInBothError:
        return segmentation.Unmeasured.NOBODY_IN_BOTH


def _published(cards: pa.Table) -> pa.Table:
    """The cards in the declared columns: remarks follow what sets the segment apart."""
    for language, mark in (("en", "; "), ("zh", "；")):
        apart, remark = (cards.column(f"{name}_{language}") for name in ("sets_apart", "remarks"))
        said = pc.binary_join_element_wise(apart, remark, mark, null_handling="skip")
        index = cards.column_names.index(f"sets_apart_{language}")
        cards = cards.set_column(index, f"sets_apart_{language}", said)
    return cards.drop_columns(["remarks_en", "remarks_zh"])


def _sampled(work: Work, query: str) -> pa.Table:
    """All customers, or the hash buckets that hold about as many as the fit can use."""
    customers = work.connection.execute(
        "select count(*) from platform_support.segment_features"
    ).fetchall()[0][0]
    buckets = min(1000, -(-1000 * FIT_CUSTOMERS // max(customers, 1)))
    return read(work.connection, SAMPLED.format(query), {"buckets": buckets})


def _previous(work: Work) -> Any:
    last = released(work.connection, NAME)
    try:
        return None if last is None else _rebuilt(last)
    except UnreadableReleaseError:
        return None


def _rebuilt(release: Release) -> Any:
    from ml import segmentation

    rows = release.component("fit").select(["name", "index", "value", "text"]).to_pylist()
    with reading(release):
        return segmentation.from_rows(segmentation.ParameterRow(**row) for row in rows)


def _decision(verdict: Any) -> Verdict:
    english = "; ".join(check.reason.en for check in verdict.checks)
    chinese = "；".join(check.reason.zh for check in verdict.checks)
    return Verdict("promoted" if verdict.is_promoted else "rejected", english, chinese)


def _with_movement(work: Work, assigned: pa.Table, earlier: pa.Table, moved: pa.Table) -> pa.Table:
    """Join what moved the customers; a set-based join, for there are millions."""
    connection = work.connection
    connection.register("assigned_now", assigned)
    connection.register("assigned_before", earlier)
    connection.register("moved_between", moved)
    listed = ", ".join(f"now.{column}" for column in ASSIGNED)
    return read(
        connection,
        f"select $release_id as release_id, now.customer_id, {listed}, "
        "earlier.segment as previous_segment, moved.moved_by_en, moved.moved_by_zh "
        "from assigned_now as now "
        "left join assigned_before as earlier using (customer_id) "
        "left join moved_between as moved using (customer_id) "
        "where now.segment is not null",
        {"release_id": work.release_id},
    )


def _no_movement() -> pa.Table:
    kinds = {"customer_id": pa.int64(), "moved_by_en": pa.string(), "moved_by_zh": pa.string()}
    return pa.schema(list(kinds.items())).empty_table()


def _marked(rows: pa.Table, mark: str) -> pa.Table:
    return rows.append_column("scored_from", pa.array([mark] * len(rows), pa.string()))


def _of_release(work: Work, rows: pa.Table) -> pa.Table:
    return rows.add_column(0, "release_id", pa.array([work.release_id] * len(rows)))

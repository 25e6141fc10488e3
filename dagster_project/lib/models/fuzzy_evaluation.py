"""Fuzzy evaluation between the warehouse and ``ml``: of the channels, and of the platform itself.

A release is the text of the declarations that passed their gate; an edit that fails leaves the
last good declarations in force.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import yaml

from dagster_project.lib.models import plots
from dagster_project.lib.models.candidate import (
    Candidate,
    Validation,
    Verdict,
    parameter_table,
    refused,
)
from dagster_project.lib.models.efficiency import latest_efficiency
from dagster_project.lib.models.platform_books import platform_indicators
from dagster_project.lib.models.releases import Release, reading
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read
from dagster_project.settings import PROJECT_ROOT

NAME = "fuzzy_evaluation"
TABLES = ("channel_evaluation_graded", "channel_weights_found", "platform_operation_graded")
DECLARATIONS = ("channel_evaluation", "platform_operation")
FOLDER = PROJECT_ROOT / "dagster_project" / "declarations" / "evaluation"
SEED = 20250101  # of the draws; any fixed one, so that reruns change nothing
INDICATORS = """
select channel_code as unit, paid_month as period, * exclude (channel_code, paid_month)
from platform_support.channel_indicators where payments > 0 order by period, unit
"""
SURVEY = """
select channel_code as unit, period_month as period, question_code as question, grade, answers
from data_processing.stg_landing__satisfaction_survey order by all
"""
NAMES = "select channel_code, channel_name_en, channel_name_zh from data_processing.channels"


def fit(work: Work) -> Candidate:
    """Read the declarations and try them on every month that there is."""
    from ml.fuzzy_evaluation import DeclarationError, validate_scores

    texts = {name: (FOLDER / f"{name}.yaml").read_text("utf-8") for name in DECLARATIONS}
    indicators = read(work.connection, INDICATORS).to_pandas()
    if indicators.empty:
        return refused("no_channels", "no channel has a payment", "没有渠道有缴费记录")
    try:
        declared = {name: _parsed(text, name) for name, text in texts.items()}
        evaluation = _evaluate_channels(work, declared["channel_evaluation"], indicators)
    except DeclarationError as error:
        verdict = Verdict("rejected", str(error), f"声明有误：{error}")
        return Candidate(parameter_table([]), verdict)
    rows = [("declaration", -1, name, 0, None, text) for name, text in texts.items()]
    looked_ahead = validate_scores(evaluation.units[["unit", "period", "score"]], indicators)
    figures = _judged(evaluation) + [
        Validation("channel_evaluation", "spearman_next_quarter", _number(row.rho), row.outcome)
        for row in looked_ahead.itertuples()
    ]
    verdict = Verdict("promoted", "the judgements are consistent", "判断矩阵一致性检验通过")
    return Candidate(parameter_table(rows), verdict, figures)


def score(work: Work, release: Release) -> dict[str, Scored]:
    """Grade every channel and month, and the platform."""
    declared = _declared(release)
    indicators = read(work.connection, INDICATORS).to_pandas()
    evaluation = _evaluate_channels(work, declared["channel_evaluation"], indicators)
    graded = _long(evaluation, {"unit": "channel_code", "period": "paid_month"})
    dea = latest_efficiency(work, evaluation.units, SEED)
    graded = graded.merge(dea, on=["channel_code", "paid_month", "indicator_group"], how="left")
    weights = evaluation.weights.rename(columns={"group": "indicator_group"})
    return {
        TABLES[0]: Scored(_released(work, graded, TABLES[0]), plots=_plots(evaluation)),
        TABLES[1]: Scored(_released(work, weights, TABLES[1])),
        TABLES[2]: _platform(work, declared["platform_operation"]),
    }


def _declared(release: Release) -> dict[str, Any]:
    """The declarations that were released.

    Raises:
        UnreadableReleaseError: other code wrote it.
    """
    rows = release.component("declaration").to_pylist()
    with reading(release):
        texts = {row["name"]: row["text"] for row in rows}
        return {name: _parsed(texts[name], name) for name in DECLARATIONS}


def _platform(work: Work, declaration: Any) -> Scored:
    """Grade the platform by its own books."""
    from ml.fuzzy_evaluation import evaluate

    books = platform_indicators(work)
    if books.empty:
        return Scored(None, "nothing has been delivered yet (尚无交付)")
    evaluation = evaluate(books, declaration, seed=SEED)
    graded = _long(evaluation, {"unit": "platform", "period": "operated_month"})
    return Scored(_released(work, graded.drop(columns="platform"), TABLES[2]))


def _evaluate_channels(work: Work, declaration: Any, indicators: pd.DataFrame) -> Any:
    from ml.fuzzy_evaluation import Said, evaluate

    names = {
        row["channel_code"]: Said(row["channel_name_en"], row["channel_name_zh"])
        for row in read(work.connection, NAMES).to_pylist()
    }
    survey = read(work.connection, SURVEY).to_pandas()
    return evaluate(
        indicators, declaration, None if survey.empty else survey, seed=SEED, names=names
    )


def _parsed(text: str, name: str) -> Any:
    from ml.fuzzy_evaluation import parse_declaration

    return parse_declaration(yaml.safe_load(text), f"{name}.yaml")


def _long(evaluation: Any, renamed: dict[str, str]) -> pd.DataFrame:
    """Overall rows with their ranks, then a row per indicator group."""
    overall = evaluation.units.assign(
        indicator_group="overall", indicator_group_en="Overall", indicator_group_zh="总体"
    )
    chances = (
        evaluation.ranks.sort_values("rank")
        .groupby(["unit", "period"])["probability"]
        .agg(lambda values: " ".join(f"{value:.3f}" for value in values))
        .rename("rank_probabilities")
    )
    overall = overall.join(chances, on=["unit", "period"])
    groups = evaluation.groups.rename(
        columns={name: f"indicator_{name}" for name in ("group", "group_en", "group_zh")}
    )
    known = groups[groups["score"].notna()]
    return pd.concat([overall, known], ignore_index=True).rename(columns=renamed)


def _released(work: Work, frame: pd.DataFrame, table: str) -> Any:
    """The declared columns of the frame, as Arrow, with the release."""
    import pyarrow as pa

    from dagster_project.lib.models.declared import declared_table

    columns = [name for name, _, _ in declared_table(work.settings, table).columns]
    return pa.Table.from_pandas(
        frame.assign(release_id=work.release_id)[columns], preserve_index=False
    )


def _judged(evaluation: Any) -> list[Validation]:
    """Consistency of the judgements, and how robust the last month's winner is."""
    weights = evaluation.weights
    groups = weights.drop_duplicates("group").dropna(subset=["group_consistency_ratio"])
    figures = [
        Validation("channel_evaluation", "consistency_ratio", float(row.group_consistency_ratio),
                   row.group, bar="< 0.1", is_met=row.group_consistency_ratio < 0.1)
        for row in groups.itertuples()
    ]  # fmt: skip
    units = evaluation.units
    first = units[(units["period"] == units["period"].max()) & (units["rank"] == 1)]
    for row in first.head(1).itertuples():
        same, tau = _number(row.p_rank_1), _number(row.tau_operators)
        figures += [
            Validation("channel_evaluation", "same_top_probability", same, row.unit, bar=">= 0.8",
                       is_met=None if same is None else same >= 0.8),
            Validation("channel_evaluation", "tau_operators", tau, row.unit, bar=">= 0.7",
                       is_met=None if tau is None else tau >= 0.7),
        ]  # fmt: skip
    return figures


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _plots(evaluation: Any) -> dict[str, str]:
    """Membership bars of the last month."""
    units = evaluation.units
    last = units[units["period"] == units["period"].max()]
    grades = [name for name in last if name.startswith("membership_")]
    long = last.melt("unit", grades, "grade", "membership").dropna()
    if long.empty:
        return {}
    long["grade"] = long["grade"].str.removeprefix("membership_")
    return {"membership (隶属度)": plots.bars(long, "unit", "membership", "grade")}

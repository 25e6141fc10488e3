"""Figures of the fuzzy evaluation: the payment diary, its instruments, the demo province."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import yaml

from dagster_project.lib.models.fuzzy_evaluation import INDICATORS, NAMES, SURVEY
from dagster_project.settings import PROJECT_ROOT
from ml.fuzzy_evaluation import (
    Declaration,
    Evaluation,
    Said,
    evaluate,
    evaluate_efficiency,
    parse_declaration,
    validate_scores,
)
from ml.fuzzy_evaluation.robustness.verdict import AGREEMENT_BAR, SAME_TOP_BAR
from ml.fuzzy_evaluation.survey import answer_shares, weighted_counts
from tests.evaluation.rows import Inputs, Row, measured

DECLARATIONS = PROJECT_ROOT / "dagster_project" / "declarations" / "evaluation"
ANSWERED = np.arange(1.0, 6.0)
YEARS = (2017, 2018, 2019)
CRITERIA = {
    "Acceptance": "acceptance", "Acquisition and setup": "get_setup", "Convenience": "convenience",
    "Cost": "cost", "Payment records": "records", "Security": "security",
}  # fmt: skip
RANKED = ("cash", "check", "debit", "credit", "prepaid")
INSTRUMENTS = (*RANKED, "banp", "obbp", "money_order")
UNITS = """
select channel_code as unit, region_code as region, * exclude (channel_code, region_code)
from platform_support.channel_region_quarters order by quarter_start, unit, region
"""
ROBUST_BAR = f"P(same top) >= {SAME_TOP_BAR} and tau >= {AGREEMENT_BAR}, else 'not robust' stated"


def diary_survey(shared: Path) -> pd.DataFrame:
    """Effective answers by instrument, year, criterion and grade; one row per person-year."""
    diary = pd.read_csv(shared / "payment_diary" / "diary_2017_2019.csv.gz", low_memory=False)
    people = diary.drop_duplicates(["id", "year"])
    rows = []
    for year in YEARS:
        asked = people[people["year"] == year]
        weights = asked[f"weight_{year}_only"].to_numpy(dtype=float)
        for criterion in CRITERIA.values():
            for instrument in INSTRUMENTS:
                grades = asked[f"assess_{criterion}_{instrument}"].to_numpy(dtype=float)
                counts = weighted_counts(grades, weights, ANSWERED)
                rows += [
                    (instrument, year, criterion, int(grade), count)
                    for grade, count in zip(ANSWERED, counts, strict=True)
                ]
    return pd.DataFrame(rows, columns=["unit", "period", "question", "grade", "answers"])


def published_ranks(shared: Path) -> pd.DataFrame:
    """Criterion, year, and the published rank of each of the five instruments."""
    raw = pd.read_csv(shared / "payment_diary" / "published_ranks.csv")
    criterion = raw["X"].where(raw["X"].isin(CRITERIA)).ffill().map(CRITERIA)
    table = raw.set_axis(["year", *RANKED], axis=1).assign(criterion=criterion).dropna()
    return table.astype({"year": int} | dict.fromkeys(RANKED, int))


def ranks_matched(shared: Path) -> tuple[int, int]:
    """How many of the published ranks the memberships' means give, and of how many."""
    survey = diary_survey(shared)
    matched = total = 0
    for _, row in published_ranks(shared).query("year in @YEARS").iterrows():
        asked = survey.query("period == @row.year and question == @row.criterion")
        table = asked.pivot(index="unit", columns="grade", values="answers").loc[list(RANKED)]
        means = pd.Series(answer_shares(table.to_numpy()) @ ANSWERED, index=RANKED)
        found = means.rank(ascending=False).astype(int)
        matched += int((found == row[list(RANKED)].astype(int)).sum())
        total += len(RANKED)
    return matched, total


def diary_declaration() -> Declaration:
    """Six criteria with equal judgements; nobody's preferences among them are published."""
    size = len(CRITERIA)
    indicators = [
        {"code": code, "name": {"en": label, "zh": label}, "unit": "answers",
         "direction": "higher", "source": "payment_diary", "question": code}
        for label, code in CRITERIA.items()
    ]  # fmt: skip
    channel = yaml.safe_load((DECLARATIONS / "channel_evaluation.yaml").read_text("utf-8"))
    kept = ("grades", "operator", "phi", "objective_weights", "weight_noise", "answers")
    group = {
        "code": "assessment", "name": {"en": "Assessment", "zh": "评价"}, "indicators": indicators,
        "judgements": [[1] * size for _ in range(size)],
    }  # fmt: skip
    title = {"en": "Payment instruments", "zh": "支付工具评价"}
    head = {"evaluation": "payment_instruments", "title": title, "groups": [group]}
    return parse_declaration(head | {key: channel[key] for key in kept}, "payment_instruments")


def diary_evaluation(shared: Path) -> Evaluation:
    """The eight instruments in each year."""
    survey = diary_survey(shared)
    units = survey[["unit", "period"]].drop_duplicates()
    return evaluate(units, diary_declaration(), survey, seed=20190101)


def demo_tables(home: Path) -> dict[str, pd.DataFrame]:
    """Indicators, survey answers, DEA units and names of channels of the demo province."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        return {
            "indicators": warehouse.sql(INDICATORS).df(),
            "dea_units": warehouse.sql(UNITS).df(),
            "survey": warehouse.sql(SURVEY).df(),
            "channels": warehouse.sql(NAMES).df(),
        }


def demo_evaluation(tables: dict[str, pd.DataFrame]) -> Evaluation:
    """All channels and months of the demo province."""
    file = DECLARATIONS / "channel_evaluation.yaml"
    declaration = parse_declaration(yaml.safe_load(file.read_text("utf-8")), file.name)
    names = {
        row.channel_code: Said(row.channel_name_en, row.channel_name_zh)
        for row in tables["channels"].itertuples()
    }
    return evaluate(tables["indicators"], declaration, tables["survey"], seed=1, names=names)


def _verdict(evaluation: Evaluation) -> tuple[str, bool]:
    """The last period's figures; met when the verdict says what the bars say."""
    units = evaluation.units
    last = units[units["period"] == units["period"].max()]
    first = last[last["rank"] == 1].iloc[0]
    meets = bool(first.p_rank_1 >= SAME_TOP_BAR and first.tau_operators >= AGREEMENT_BAR)
    stated = "robust" if first.is_robust else "not robust"
    return (
        f"{stated}: {first.unit} P={first.p_rank_1:.3f}, tau={first.tau_operators:.2f}"
        f" ({first.least_agreeing_operator}), mean tau={first.mean_tau_operators:.2f},"
        f" TOPSIS {first.tau_topsis:.2f}, VIKOR {first.tau_vikor:.2f}",
        first.reason_en.startswith(f"{stated}:") and bool(first.is_robust) == meets,
    )


def _ahead(evaluation: Evaluation, tables: dict[str, pd.DataFrame]) -> tuple[str, bool]:
    found = validate_scores(evaluation.units, tables["indicators"])
    text = ", ".join(f"{r.outcome} rho={r.rho:.2f} (p={r.p:.3f})" for r in found.itertuples())
    return text, bool((found["rho"] < 0).all())


def _efficiency(evaluation: Evaluation, tables: dict[str, pd.DataFrame]) -> tuple[str, None]:
    units = tables["dea_units"]
    quarter = units["quarter_start"].max()
    scores = evaluation.units.query("period >= @quarter").groupby("unit")["score"].mean()
    found = evaluate_efficiency(units[units["quarter_start"] == quarter], scores, seed=1)
    if found.refusal is not None:
        return found.refusal.en, None
    apart = int((found.channels["rank_difference"] != 0).sum())
    tau = found.tau_with_scores
    return f"{len(found.units)} units, tau with scores {tau:.2f}, {apart} channels differ", None


def rows(inputs: Inputs) -> list[Row]:
    """All figures; those whose data are absent say so."""
    if (inputs.shared / "payment_diary").exists():
        result = _diary_rows(inputs.shared)
    else:
        result = [Row("fuzzy: payment diary", None, "data absent", None, 0.0)]
    if (inputs.home / "warehouse.duckdb").exists():
        return result + _demo_rows(inputs.home)
    return [*result, Row("fuzzy: demo province", None, "data absent", None, 0.0)]


def _diary_rows(shared: Path) -> list[Row]:
    def ranks() -> tuple[str, bool]:
        matched, total = ranks_matched(shared)
        return f"{matched} of {total}", matched >= 88 and total == 90

    return [
        measured("fuzzy: published ranks of the payment diary", ">= 88 of 90", ranks),
        measured(
            "fuzzy: eight payment instruments, 2019",
            ROBUST_BAR,
            lambda: _verdict(diary_evaluation(shared)),
        ),
    ]


def _demo_rows(home: Path) -> list[Row]:
    tables = cache(lambda: demo_tables(home))
    evaluation = cache(lambda: demo_evaluation(tables()))
    return [
        measured(
            "fuzzy: channels of the demo province, last month",
            ROBUST_BAR,
            lambda: _verdict(evaluation()),
        ),
        measured(
            "fuzzy: score against next quarter's complaints and cost",
            "both negative",
            lambda: _ahead(evaluation(), tables()),
        ),
        measured(
            "fuzzy: DEA, 1,000 replications, last quarter",
            "disagreement shown",
            lambda: _efficiency(evaluation(), tables()),
        ),
    ]

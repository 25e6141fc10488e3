"""Whether a model may replace the incumbent: it must beat both baselines, surely, on two figures.

Paired intervals by resampling series and origins together with their figures; a decision is a row
with its reason in both languages.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from ml.forecasting.candidates.registry import BASELINES

DRAWS = 2000
LEVELS = (0.025, 0.975)
FEWEST_ORIGINS = 6
GATED = ("wql", "mase")


@dataclass(frozen=True)
class Decision:
    """One comparison: relative difference candidate / baseline - 1, with its 95 % interval."""

    candidate: str
    baseline: str
    metric: str
    difference: float
    low: float
    high: float
    passed: bool
    reason_en: str
    reason_zh: str


def decisions(rows: pd.DataFrame, candidates: list[str], seed: int = 0) -> list[Decision]:
    """Every candidate against every baseline on WQL and MASE, over the judged cells they share."""
    rows = rows[rows["is_judged"]]
    return [
        _decision(rows, candidate, baseline, metric, seed)
        for candidate in candidates
        for baseline in BASELINES
        if candidate not in BASELINES
        for metric in GATED
    ]


def promoted(made: list[Decision], wql: dict[str, float], incumbent: str) -> tuple[str, str, str]:
    """The champion and why, in both languages: the least WQL of those that passed all gates."""
    names = dict.fromkeys(decision.candidate for decision in made)
    passing = [
        name for name in names if all(each.passed for each in made if each.candidate == name)
    ]
    if not passing:
        return (
            incumbent,
            f"No candidate surely beats both baselines on WQL and MASE; {incumbent} stays.",
            f"没有候选模型在WQL和MASE上都显著优于两个基准，保留{incumbent}。",
        )
    best = min(passing, key=lambda name: wql[name])
    return (
        best,
        f"{best} surely beats {' and '.join(BASELINES)} on WQL and MASE, and has the least WQL.",
        f"{best}在WQL和MASE上显著优于{'和'.join(BASELINES)}，且WQL最小。",
    )


def as_frame(made: list[Decision]) -> pd.DataFrame:
    """One row per decision."""
    columns = list(Decision.__dataclass_fields__)
    return pd.DataFrame([asdict(decision) for decision in made], columns=columns)


def _decision(
    rows: pd.DataFrame, candidate: str, baseline: str, metric: str, seed: int
) -> Decision:
    parts = _paired(rows, candidate, baseline, metric)
    if parts is None:
        return _refused(candidate, baseline, metric, f"{baseline} was not run", f"{baseline}未运行")
    ours, theirs = parts
    if ours.shape[2] < FEWEST_ORIGINS:
        count = ours.shape[2]
        return _refused(
            candidate, baseline, metric,
            f"{count} origins, {FEWEST_ORIGINS} are needed",
            f"只有{count}个起点，至少需要{FEWEST_ORIGINS}个",
        )  # fmt: skip
    low, high = _interval(ours, theirs, seed)
    difference = _ratio(ours) / _ratio(theirs) - 1
    figures = f"{difference:+.1%} [{low:+.1%}, {high:+.1%}]"
    passed = high < 0
    name = metric.upper()
    verdict = ("surely better", "显著更优") if passed else ("not surely better", "不显著")
    return Decision(
        candidate, baseline, metric, difference, low, high, passed,
        f"{name} against {baseline}: {figures}, {verdict[0]}.",
        f"{name}相对{baseline}：{figures}，{verdict[1]}。",
    )  # fmt: skip


def _refused(candidate: str, baseline: str, metric: str, why: str, why_zh: str) -> Decision:
    nan = float("nan")
    return Decision(
        candidate, baseline, metric, nan, nan, nan, False,
        f"{metric.upper()} against {baseline} not judged: {why}.",
        f"{metric.upper()}相对{baseline}未判定：{why_zh}。",
    )  # fmt: skip


def _paired(
    rows: pd.DataFrame, candidate: str, baseline: str, metric: str
) -> tuple[np.ndarray, np.ndarray] | None:
    """(numerator, denominator) of each, (2, series, origins) over the cells that both have."""
    sides = []
    for name in (candidate, baseline):
        own = rows[rows["candidate"] == name].set_index(["unique_id", "origin"])
        if own.empty:
            return None
        one = own["mase"].where(own["mase"].isna(), 1.0)
        pair = (own["quantile_loss"], own["volume"]) if metric == "wql" else (own["mase"], one)
        sides.append(pd.concat(pair, axis=1, keys=["top", "bottom"]))
    both = sides[0].join(sides[1], lsuffix="_a", rsuffix="_b", how="inner").dropna()
    if both.empty:
        return None
    wide = both.unstack("origin", fill_value=0.0)
    return tuple(
        np.stack([wide[f"{part}_{side}"].to_numpy() for part in ("top", "bottom")])
        for side in ("a", "b")
    )  # type: ignore[return-value]


def _ratio(parts: np.ndarray) -> float:
    return float(parts[0].sum() / parts[1].sum())


def _interval(ours: np.ndarray, theirs: np.ndarray, seed: int) -> tuple[float, float]:
    """Quantiles of the relative difference, series and origins each drawn with replacement."""
    random = np.random.default_rng(seed)
    series, origins = ours.shape[1:]
    rows = random.multinomial(series, np.full(series, 1 / series), DRAWS).astype(float)
    columns = random.multinomial(origins, np.full(origins, 1 / origins), DRAWS).astype(float)

    def drawn(table: np.ndarray) -> np.ndarray:
        return ((rows @ table) * columns).sum(axis=1)

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (drawn(ours[0]) / drawn(ours[1])) / (drawn(theirs[0]) / drawn(theirs[1])) - 1
    low, high = np.quantile(ratio[np.isfinite(ratio)], LEVELS)
    return float(low), float(high)

"""EM for the habit classes: which class each spell belongs to, then each class's profile.

Works on per-path sums: an iteration costs customers x classes, not customers x days.
"""

from __future__ import annotations

import numpy as np

from ml.payment_timing.clocks import ALL_CELLS, LONGEST, Paths
from ml.payment_timing.contract import DELAY_BIN_EDGES, DELAY_BINS, PAY_DAYS, States
from ml.payment_timing.spells import Spells, cell_sums, path_sums, person_time
from ml.payment_timing.states import rows
from ml.payment_timing.workdays import DAY_CLASSES

BILL_CLASSES = 6  # habits anchored on the bill; more of them fit past origins and lose forward
MONTH_CLASSES = 4  # habits anchored on the day of the month: pay days, month ends
CUSTOMERS_PER_CLASS = 40  # fewer classes when there are few customers
ROUNDS = 20
SPELLS = 40_000  # spells that decide the profiles; more do not move them
IMPOSSIBLE = -1e4  # log weight of a habit that a customer cannot have
BIN_DAYS = np.append(np.diff([*DELAY_BIN_EDGES, LONGEST + 1]), np.ones(len(PAY_DAYS)))
BIN_PRIOR = 0.5  # pseudo-payments per bin, spread as the pooled histogram
HAZARD_PRIOR = 1.0  # pseudo-events per cell at the pooled hazard
EFFECT_PRIOR = 20.0  # pseudo-events per calendar class at the pooled effect
SHARE_PRIOR = 1.0  # pseudo-customers per class and stratum


def histograms(states: States) -> np.ndarray:
    """Past payments of bills by delay and by day of the month, (n, 12 + 31)."""
    return np.stack([states[name] for name in (*DELAY_BINS, *PAY_DAYS)], axis=1)


def log_prior(states: States, log_share: np.ndarray, on_month: np.ndarray) -> np.ndarray:
    """Ln pi of each customer's stratum, (n, k); a bank debits by the bill, never by the month."""
    withheld = (states["has_withholding"] > 0)[:, None] & on_month & ~on_month.all()
    return np.where(withheld, IMPOSSIBLE, log_share[states["stratum"].astype(np.int64)])


def sampled(seen: Spells) -> Spells:
    """At most ``SPELLS`` of them, evenly taken."""
    step = -(-len(seen.event) // SPELLS)
    return Spells(
        rows(seen.states, slice(None, None, step)), seen.event[::step], seen.observed[::step]
    )


def fit_classes(
    seen: Spells, known: Paths, debit_lag: np.ndarray, most: tuple[int, int] | None = None
) -> dict[str, np.ndarray]:
    """Maximum a posteriori profiles.

    Args:
        seen: the spells.
        known: their paths.
        debit_lag: (s,), only handed on.
        most: numbers of bill-anchored and month-anchored habits; fewer with few customers.

    Returns:
        the attributes of ``HabitClasses``.
    """
    counts, stratum = histograms(seen.states), seen.states["stratum"].astype(np.int64)
    affordable = max(int(known.known.sum()) // CUSTOMERS_PER_CLASS, 1)
    bill, month = most or (BILL_CLASSES, MONTH_CLASSES)
    on_month = np.repeat([False, True], [min(bill, affordable), min(month, affordable // 2)])
    weight = _first_weights(counts, known.known, on_month)
    found: dict[str, np.ndarray] = {"on_month": on_month}
    for _ in range(ROUNDS):
        found |= _profiles(seen, known, counts, weight, found)
        found["log_share"] = _shares(weight, stratum, known.known, len(debit_lag))
        weight = _responsibilities(seen, known, counts, found)
    return found | {"debit_lag": debit_lag}


def _first_weights(counts: np.ndarray, used: np.ndarray, on_month: np.ndarray) -> np.ndarray:
    """On each clock, customers in order of their mean bin are cut into equal groups."""
    weight = np.full((len(counts), len(on_month)), 0.02 / len(on_month))
    split = len(DELAY_BINS)
    for kind, part in ((False, counts[:, :split]), (True, counts[:, split:])):
        classes = np.flatnonzero(on_month == kind)
        total = part.sum(1)
        has = np.flatnonzero(used & (total > 0))
        if len(classes) and len(has):
            mean = part[has] @ np.arange(part.shape[1]) / total[has]
            rank = mean.argsort(kind="stable").argsort(kind="stable") * len(classes) // len(has)
            weight[has, classes[rank]] += 0.5
    return weight / weight.sum(1, keepdims=True)


def _profiles(
    seen: Spells,
    known: Paths,
    counts: np.ndarray,
    weight: np.ndarray,
    before: dict[str, np.ndarray],
) -> dict[str, np.ndarray]:
    on_month = before["on_month"]
    bins = _log_bins(weight[known.known].T @ counts[known.known], on_month)
    sums = path_sums(known, seen, weight)
    hazard = np.zeros((len(on_month), ALL_CELLS))
    effect = np.ones((len(on_month), len(DAY_CLASSES)))
    for kind, cell in ((False, known.cell), (True, known.month_cell)):
        if (on_month == kind).any():
            chosen = on_month == kind
            parts = [
                cell_sums(cell, known.day_class, part[..., chosen], ALL_CELLS) for part in sums
            ]
            start = {key: before[key][chosen] for key in ("hazard", "effect") if key in before}
            hazard[chosen], effect[chosen] = _hazards(parts[0], parts[1], start)
    return {"log_bin": bins, "hazard": hazard, "effect": effect}


def _log_bins(bins: np.ndarray, on_month: np.ndarray) -> np.ndarray:
    """Ln of the density per day of each bin on a habit's own clock; 0 on the other clock."""
    split = len(DELAY_BINS)
    found = np.zeros_like(bins)
    for kind, part in ((False, slice(0, split)), (True, slice(split, None))):
        own = bins[on_month == kind, part]
        pooled = bins[:, part].sum(0) + 0.1
        own = own + BIN_PRIOR * own.shape[1] * pooled / pooled.sum()
        density = own / own.sum(1, keepdims=True) / BIN_DAYS[part]
        found[np.ix_(on_month == kind, np.arange(bins.shape[1])[part])] = np.log(density)
    return found


def daily_hazard(
    hazard: np.ndarray, effect: np.ndarray, on_month: np.ndarray, known: Paths
) -> np.ndarray:
    """Hazard of each coming day of each path under each habit, (k, p, h)."""
    daily = np.empty((len(hazard), *known.cell.shape))
    daily[~on_month] = hazard[~on_month][:, known.cell]
    daily[on_month] = hazard[on_month][:, known.month_cell]
    return daily * effect[:, known.day_class]


def _hazards(
    events: np.ndarray, at_risk: np.ndarray, before: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Hazard (k, cells) and class effects (k, classes), drawn to those of all habits together."""
    pooled = -np.log1p(-(events.sum((0, 2)) + 0.01) / (at_risk.sum((0, 2)) + 1.0))
    effect = before.get("effect", np.ones((len(events), events.shape[2])))
    hazard = before.get("hazard", np.tile(pooled, (len(events), 1)))
    for _ in range(3):
        exposure = person_time(events, at_risk, hazard[:, :, None] * effect[:, None, :])
        tilted = (exposure * effect[:, None, :]).sum(2)
        hazard = (events.sum(2) + HAZARD_PRIOR) / (tilted + HAZARD_PRIOR / pooled)
        expected = np.einsum("kcd,kc->kd", exposure, hazard)
        happened = events.sum(1)
        common = (happened.sum(0) + 1.0) / (expected.sum(0) + 1.0)
        effect = (happened + EFFECT_PRIOR * common) / (expected + EFFECT_PRIOR)
    return hazard, effect


def _shares(weight: np.ndarray, stratum: np.ndarray, used: np.ndarray, strata: int) -> np.ndarray:
    pooled = weight[used].sum(0) + 1e-9
    member = np.zeros((strata, weight.shape[1]))
    np.add.at(member, stratum[used], weight[used])
    member += SHARE_PRIOR * len(pooled) * pooled / pooled.sum()
    return np.log(member / member.sum(1, keepdims=True))


def _responsibilities(
    seen: Spells, known: Paths, counts: np.ndarray, found: dict[str, np.ndarray]
) -> np.ndarray:
    daily = daily_hazard(found["hazard"], found["effect"], found["on_month"], known)
    spent = daily.cumsum(axis=2)
    path, last = np.maximum(known.path, 0), np.maximum(seen.observed - 1, 0)
    follows = known.known & (seen.observed > 0)
    score = counts @ found["log_bin"].T
    score += log_prior(seen.states, found["log_share"], found["on_month"])
    score -= np.where(follows[:, None], spent[:, path, last].T, 0.0)
    happened = follows & (seen.event > 0)
    score[happened] += np.log(-np.expm1(-daily[:, path[happened], last[happened]])).T
    score -= score.max(axis=1, keepdims=True)
    np.exp(score, out=score)
    return score / score.sum(axis=1, keepdims=True)

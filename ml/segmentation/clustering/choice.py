"""The choice of k: a rule over a table that is kept, and the reason in words.

Among the k that pass stability and size, the highest silhouette; k within one standard error of
it are equals, of which the fewest segments win. Where none passes, the most stable one of
sufficient size is given and marked as unstable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.segmentation.clustering.kmeans import fit_centroids
from ml.segmentation.clustering.nearest import Matrix, nearest_two
from ml.segmentation.clustering.sampling import stratified_sample
from ml.segmentation.clustering.stability import (
    Labels,
    bootstrap_ari,
    gap_statistic,
    silhouettes,
)
from ml.segmentation.words import Words

ARI_BAR = 0.85
SHARE_BAR = 0.03
CANDIDATES = tuple(range(3, 13))


@dataclass(frozen=True)
class Effort:
    """How much is spent on the choice; the defaults are those of a weekly refit."""

    rounds: int = 20
    resample: int = 50_000
    silhouette_points: int = 20_000


@dataclass(frozen=True)
class Candidate:
    """One row of the table behind the choice."""

    k: int
    ari: float
    smallest_share: float
    silhouette: float
    silhouette_error: float
    gap: float
    gap_error: float

    @property
    def passes(self) -> bool:
        """Stable, and no segment too small to act on."""
        return self.ari >= ARI_BAR and self.smallest_share >= SHARE_BAR


@dataclass(frozen=True)
class Choice:
    """The chosen row, the whole table, and why."""

    chosen: Candidate
    table: tuple[Candidate, ...]
    is_stable: bool
    reason: Words


def weigh_candidates(
    points: Matrix,
    strata: np.ndarray,
    candidates: Sequence[int],
    effort: Effort,
    seed: int,
) -> tuple[list[Candidate], list[Matrix]]:
    """Fit every candidate k; returns the table and the centroids, in the order given."""
    random = np.random.default_rng(seed)
    looked_at = points[stratified_sample(strata, effort.silhouette_points, random)]
    fits = [fit_centroids(points, k, seed) for k in candidates]
    partitions: list[Labels] = [nearest_two(looked_at, fit).first for fit in fits]
    widths = silhouettes(looked_at, partitions)
    table = []
    for k, fit, width in zip(candidates, fits, widths, strict=True):
        sizes = np.bincount(nearest_two(points, fit).first, minlength=k)
        ari = bootstrap_ari(points, fit, effort.rounds, effort.resample, random)
        error = float(width.std() / np.sqrt(len(width)))
        gap = gap_statistic(points, k, random)
        table.append(
            Candidate(
                k,
                float(ari.mean()),
                float(sizes.min() / len(points)),
                float(width.mean()),
                error,
                *gap,
            )
        )
    return table, fits


def choose(table: Sequence[Candidate]) -> Choice:
    """Apply the rule to the table."""
    passing = [row for row in table if row.passes]
    if not passing:
        return _least_bad(table)
    best = max(passing, key=lambda row: row.silhouette)
    within = best.silhouette - best.silhouette_error
    chosen = min((row for row in passing if row.silhouette >= within), key=lambda row: row.k)
    failing = [row.k for row in table if not row.passes]
    return Choice(chosen, tuple(table), True, _reason(chosen, best, passing, failing))


def _reason(
    chosen: Candidate, best: Candidate, passing: list[Candidate], failing: list[int]
) -> Words:
    stable = ", ".join(str(row.k) for row in passing)
    equal_en = equal_zh = ""
    if chosen.k != best.k:
        equal_en = f", within one standard error of the best ({best.silhouette:.3f} at {best.k})"
        equal_zh = f"，与最高值（k={best.k}，{best.silhouette:.3f}）相差不到一个标准误，取较少者"
    left_en = f"; failed: {', '.join(map(str, failing))}" if failing else ""
    left_zh = f"；未通过：{'、'.join(map(str, failing))}" if failing else ""
    return Words(
        f"{chosen.k} segments: of the stable numbers ({stable}) it has the silhouette "
        f"{chosen.silhouette:.3f}{equal_en or ', the highest'}; bootstrap agreement (ARI) "
        f"{chosen.ari:.2f} >= {ARI_BAR}, smallest segment {chosen.smallest_share:.1%}{left_en}",
        f"分为{chosen.k}群：在稳定的群数（{stable}）中轮廓系数为{chosen.silhouette:.3f}"
        f"{equal_zh or '，最高'}；重抽样一致性（ARI）{chosen.ari:.2f} ≥ {ARI_BAR}，"
        f"最小群占{chosen.smallest_share:.1%}{left_zh}",
    )


def _least_bad(table: Sequence[Candidate]) -> Choice:
    """No k passes: the most stable one whose smallest segment suffices, if there is one."""
    large = [row for row in table if row.smallest_share >= SHARE_BAR] or list(table)
    best = max(large, key=lambda row: row.ari)
    return Choice(
        best,
        tuple(table),
        False,
        Words(
            f"no number of segments is stable: {best.k} is the nearest, with bootstrap agreement "
            f"(ARI) {best.ari:.2f} (needed {ARI_BAR}) and a smallest segment of "
            f"{best.smallest_share:.1%} (needed {SHARE_BAR:.0%}); read it as a description, "
            "not as groups to act on",
            f"没有稳定的群数：最接近的是{best.k}群，重抽样一致性（ARI）{best.ari:.2f}（要求{ARI_BAR}），"
            f"最小群占{best.smallest_share:.1%}（要求{SHARE_BAR:.0%}）；仅供描述，不宜据此行动",
        ),
    )

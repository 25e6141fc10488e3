"""The fitted feature space: which features there are, their priors and scalings, what was left out.

``fit`` reads the sample, ``place`` brings any customers into the same space: a float32 matrix of
coordinates for distances, and the features in their own units for cards and explanations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.segmentation.features.columns import Columns, Floats, read_columns
from ml.segmentation.features.compositions import ilr, replace_zeros
from ml.segmentation.features.declared import BY_NAME, FAMILIES, FEATURES, MIX, MIX_WEIGHT
from ml.segmentation.features.measures import Prior, fit_prior, is_unknown, measure
from ml.segmentation.features.scaling import Scaling, fit_block, fit_scaling
from ml.segmentation.rows import ParameterRow, Stored, StoredModelError, number_rows, text_rows

NOT_DELIVERED, NOT_OBSERVED = "not_delivered", "not_observed"
CONSTANT, ONE_CHANNEL = "constant", "one_channel_family"
COLUMNS = tuple(
    dict.fromkeys(
        [name for feature in FEATURES for name in (*feature.needs, feature.evidence)]
        + [family.column for family in FAMILIES]
    )
)
SHARES = {family.share: family for family in FAMILIES}


@dataclass(frozen=True)
class Placed:
    """Customers in the space: ``coordinates`` n x d, ``described`` n x features and shares.

    Where nothing was observed of a feature, its coordinate rests on the prior and ``described``
    is NaN: an imputed value keeps a customer in place, but describes nobody.
    """

    coordinates: NDArray[np.float32]
    described: Floats
    imputed: NDArray[np.int8]


@dataclass(frozen=True)
class FeatureSpace:
    """Fitted parameters; ``dropped`` says of every feature left out why."""

    priors: dict[str, Prior]
    scalings: dict[str, Scaling]
    families: tuple[str, ...]  # codes of the parts of the channel mix
    block: Floats = field(repr=False)  # locations and one scale, empty without the block
    dropped: dict[str, str]

    @property
    def groups(self) -> list[str]:
        """The feature each coordinate belongs to: the mix owns several."""
        return list(self.scalings) + [MIX] * max(len(self.block) - 1, 0)

    @property
    def describing(self) -> list[str]:
        """The names of the columns of ``described``."""
        return list(self.scalings) + [f"{code}_share" for code in self.families]

    def place(self, table: pa.Table) -> Placed:
        """Bring customers into the space; a column the space needs and lacks is an error."""
        columns = read_columns(table, COLUMNS)
        size = table.num_rows
        coordinates = np.empty((size, len(self.groups)), dtype=np.float32)
        described = np.empty((size, len(self.describing)))
        imputed = np.zeros(size, dtype=np.int8)
        for j, (name, scaling) in enumerate(self.scalings.items()):
            feature = BY_NAME[name]
            known = _with_unknown(columns, (*feature.needs, feature.evidence), size)
            values = measure(name, feature.needs, known, self.priors[name])
            coordinates[:, j] = scaling.apply(values)
            unknown = is_unknown(feature.evidence, feature.needs, known)
            imputed += unknown
            described[:, j] = np.where(unknown, np.nan, values)
        self._place_mix(columns, coordinates, described)
        return Placed(coordinates, described, imputed)

    def _place_mix(
        self, columns: Columns, coordinates: NDArray[np.float32], described: Floats
    ) -> None:
        if not self.families:
            return
        counts = _counts(columns, self.families, len(coordinates))
        total = np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
        described[:, len(self.scalings) :] = counts / total
        if len(self.block):
            points = (ilr(replace_zeros(counts)) - self.block[:-1]) / self.block[-1]
            coordinates[:, len(self.scalings) :] = points

    def to_rows(self) -> Iterator[ParameterRow]:
        """Stored form."""
        yield from text_rows("features", self.scalings)
        for name, scaling in self.scalings.items():
            yield from number_rows(f"scaling.{name}", vars(scaling).values())
            yield from number_rows(f"prior.{name}", self.priors[name])
        yield from text_rows("families", self.families)
        yield from number_rows("mix", self.block)
        yield from text_rows("dropped", (f"{k}={v}" for k, v in self.dropped.items()))

    @classmethod
    def from_rows(cls, stored: Stored) -> FeatureSpace:
        """Rebuild from stored rows, in whatever order they come.

        The order of the coordinates is a stored fact; a release without it was written in the
        declared order. Raises where features and scalings are not the same.
        """
        held = stored.names("scaling.")
        names = stored.texts("features") or [name for name in BY_NAME if name in held]
        if set(names) != set(held) or not set(names) <= set(BY_NAME):
            raise StoredModelError(
                f"stored features {sorted(names)} with scalings of {sorted(held)}; expected the "
                "same, all declared: the release is incomplete or too old, refit it"
            )
        return cls(
            {name: tuple(stored.numbers(f"prior.{name}").tolist()) for name in names},
            {name: Scaling(*stored.numbers(f"scaling.{name}").tolist()) for name in names},
            tuple(stored.texts("families")),
            stored.numbers("mix"),
            dict(text.split("=", 1) for text in stored.texts("dropped")),
        )


def fit_space(table: pa.Table) -> FeatureSpace:
    """Fit priors and scalings on a sample of customers with payments."""
    columns = read_columns(table, COLUMNS)
    priors: dict[str, Prior] = {}
    scalings: dict[str, Scaling] = {}
    dropped: dict[str, str] = {}
    for feature in FEATURES:
        if any(name not in columns for name in (*feature.needs, feature.evidence)):
            dropped[feature.name] = NOT_DELIVERED
            continue
        known = ~is_unknown(feature.evidence, feature.needs, columns)
        if not known.any():
            dropped[feature.name] = NOT_OBSERVED
            continue
        prior = fit_prior(feature.name, feature.needs, columns)
        values = measure(feature.name, feature.needs, columns, prior)
        scaling = fit_scaling(values[known], feature.transform, feature.weight, feature.floor)
        if scaling is None:
            dropped[feature.name] = CONSTANT
        else:
            priors[feature.name], scalings[feature.name] = prior, scaling
    families, block = _fit_mix(columns, table.num_rows, dropped)
    return FeatureSpace(priors, scalings, families, block, dropped)


def _fit_mix(
    columns: Columns, size: int, dropped: dict[str, str]
) -> tuple[tuple[str, ...], Floats]:
    """The families seen in the sample and the parameters of their block."""
    seen = [f.code for f in FAMILIES if f.column in columns and np.nansum(columns[f.column]) > 0]
    delivered = any(family.column in columns for family in FAMILIES)
    if len(seen) < 2:
        dropped[MIX] = ONE_CHANNEL if delivered else NOT_DELIVERED
        return tuple(seen), np.empty(0)
    block = fit_block(ilr(replace_zeros(_counts(columns, tuple(seen), size))), MIX_WEIGHT)
    if not len(block):
        dropped[MIX] = CONSTANT
    return tuple(seen), block


def _counts(columns: Columns, families: tuple[str, ...], size: int) -> Floats:
    names = [f"{code}_payments" for code in families]
    return np.nan_to_num(
        np.column_stack([columns.get(name, np.zeros(size)) for name in names]), nan=0.0
    )


def _with_unknown(columns: Columns, names: tuple[str, ...], size: int) -> Columns:
    """The columns of one feature; a source that stopped being delivered is unknown for all."""
    return {name: columns[name] if name in columns else np.full(size, np.nan) for name in names}

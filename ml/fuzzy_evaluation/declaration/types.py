"""The declaration of an evaluation, validated: frozen, with its judgement weights worked out.

Built by ``parsing.parse_declaration``; nothing here reads a file.
"""

from __future__ import annotations

from dataclasses import dataclass

from ml.fuzzy_evaluation.wording import Said

HIGHER, LOWER = "higher", "lower"
ENTROPY, CRITIC, ENTROPY_CRITIC = "entropy", "critic", "entropy-critic"


@dataclass(frozen=True)
class Grade:
    """One grade and the score that it stands for."""

    code: str
    name: Said
    score: float


@dataclass(frozen=True)
class Indicator:
    """One indicator: a column of numbers, or a survey question answered in grades.

    ``breakpoints`` ascend, in the indicator's unit; None: pooled quantiles of 24 months.
    """

    code: str
    name: Said
    unit: str
    direction: str
    source: str
    column: str | None = None
    question: str | None = None
    breakpoints: tuple[float, ...] | None = None

    @property
    def is_higher_better(self) -> bool:
        """Whether more of it is better."""
        return self.direction == HIGHER


@dataclass(frozen=True)
class Group:
    """Indicators that are composed first; ``weights`` are those of judgement, one per indicator."""

    code: str
    name: Said
    indicators: tuple[Indicator, ...]
    weights: tuple[float, ...]
    consistency_ratio: float | None


@dataclass(frozen=True)
class Minimum:
    """Units with less than ``at_least`` in ``column`` are not evaluated."""

    column: str
    at_least: float


@dataclass(frozen=True)
class Declaration:
    """A whole evaluation; ``weights`` are those of judgement over the groups."""

    code: str
    title: Said
    grades: tuple[Grade, ...]
    groups: tuple[Group, ...]
    weights: tuple[float, ...]
    consistency_ratio: float | None
    operator: str
    phi: float
    objective: str
    weight_noise: float
    answers: dict[int, int]  # answered grade -> position among ``grades``
    minimum: Minimum | None = None

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators, group after group: the order of every array."""
        return tuple(indicator for group in self.groups for indicator in group.indicators)

    @property
    def group_of(self) -> tuple[int, ...]:
        """Position of each indicator's group."""
        return tuple(g for g, group in enumerate(self.groups) for _ in group.indicators)

"""The plan as declared: beliefs, levers, principles, what-if; parsed from YAML and judged.

A mistake is named with file and line, the value, and what was expected.
"""

from __future__ import annotations

from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(ge=0, le=100)]
Positive = Annotated[float, Field(gt=0)]


class PlanDeclarationError(ValueError):
    """Names file and line, the value, what was expected; both languages, English first."""


class _Declared(BaseModel):
    """No key that nobody reads: a misspelt key would else be ignored in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PriorDeclaration(_Declared):
    """Belief about the response, in ln odds per percentage point of commission."""

    mean: float
    sd: Positive
    between_sd: Positive
    basis_en: str
    basis_zh: str


class ResponseDeclaration(_Declared):
    """How the response is found."""

    prior: PriorDeclaration
    habit_per_month: Annotated[float, Field(ge=0, lt=1)]
    draws: Annotated[int, Field(ge=100, le=10_000)]
    seed: int


class Levers(_Declared):
    """What the plan may change: every tier of a partner's contract by one of the steps."""

    steps: Annotated[tuple[Positive, ...], Field(min_length=1, max_length=21)]
    channels: tuple[str, ...] | Literal["partners"] = "partners"

    @model_validator(mode="after")
    def _today_is_a_step(self) -> Levers:
        if 1.0 not in self.steps:
            raise ValueError("expected 1.0 among the steps: today's terms must be a choice")
        return self


class Keeping(_Declared):
    """A share of today's figure that is kept."""

    share_of_today: Annotated[float, Field(ge=0, le=2)]


class RateLimits(_Declared):
    """What a typical payment may earn, in percent of it."""

    least_pct: Points
    most_pct: Points

    @model_validator(mode="after")
    def _in_order(self) -> RateLimits:
        if self.most_pct < self.least_pct:
            raise ValueError("expected most_pct of at least least_pct")
        return self


class Coverage(_Declared):
    """Channels that together keep a share of every area's payments."""

    channels: Annotated[tuple[str, ...], Field(min_length=1)]
    at_least_share_pct: Points


class GradeOrder(_Declared):
    """Within a group of comparable channels the better one never earns a lower rate."""

    groups: tuple[tuple[str, ...], ...]
    clear_points: Points  # of score, where no grade is certain
    is_strict: bool = False  # else what is broken today may stay, but not get worse


class OnTime(_Declared):
    """Payments in time."""

    points_lost: Points


class Principles(_Declared):
    """The constraints of every schedule; one that is left out does not hold."""

    partner_keeps: Keeping
    rate_limits: RateLimits | None = None
    coverage: Coverage | None = None
    grade_order: GradeOrder | None = None
    monotone_tiers: bool = True
    budget: Keeping | None = None
    on_time: OnTime | None = None
    worse_at_most: Share = 0.05


class Change(_Declared):
    """Terms asked about: a rate or a fee per payment of one channel, for one tier or for all."""

    channel: str
    rate_pct: Points | None = None
    fixed_fee_yuan: Annotated[float, Field(ge=0, le=1000)] | None = None
    tier_from_yuan: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Change:
        if self.rate_pct is None and self.fixed_fee_yuan is None:
            raise ValueError("expected rate_pct or fixed_fee_yuan")
        return self


class PlanDeclaration(_Declared):
    """The whole plan."""

    plan: str
    months: Annotated[int, Field(ge=1, le=12)]
    response: ResponseDeclaration
    levers: Levers
    principles: Principles
    frontier_cuts_pct: Annotated[tuple[Points, ...], Field(min_length=1)]
    what_if: tuple[Change, ...]


def parse_plan(text: str, file: str) -> PlanDeclaration:
    """The plan of a YAML text.

    Raises:
        PlanDeclarationError: with the line of the first mistake.
    """
    try:
        return PlanDeclaration.model_validate(yaml.safe_load(text) or {})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PlanDeclarationError(
            f"{file}:{line}: not YAML: {error.problem}; mend the line.\n"
            f"{file}:{line}：不是有效的 YAML（{error.problem}），请更正该行。"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        path = [part for part in first["loc"] if not str(part).startswith("literal[")]
        line = _line(yaml.compose(text), path)
        place = ".".join(str(part) for part in path) or "the plan"
        value = "nothing" if first["type"] == "missing" else repr(first["input"])
        raise PlanDeclarationError(
            f"{file}:{line}: {place} is {value}: {first['msg']}. Correct it.\n"
            f"{file}:{line}：{place} 的值 {value} 无效（{first['msg']}），请更正。"
        ) from error


def _line(node: yaml.Node | None, path: list[int | str]) -> int:
    """Line of the deepest node on the path that is there."""
    if node is None:
        return 1
    for part in path:
        below = None
        if isinstance(node, yaml.MappingNode):
            below = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            below = node.value[part] if part < len(node.value) else None
        if below is None:
            break
        node = below
    return int(node.start_mark.line) + 1

"""From parsed YAML to a validated ``Declaration``; reading files is the caller's part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ml.fuzzy_evaluation.composition import OPERATORS
from ml.fuzzy_evaluation.declaration.errors import DeclarationError
from ml.fuzzy_evaluation.declaration.fields import (
    entry,
    listed,
    name,
    number,
    one_of,
    only,
    text,
    unique,
    within,
)
from ml.fuzzy_evaluation.declaration.judgements import level_weights
from ml.fuzzy_evaluation.declaration.types import (
    CRITIC,
    ENTROPY,
    ENTROPY_CRITIC,
    HIGHER,
    LOWER,
    Declaration,
    Grade,
    Group,
    Indicator,
    Minimum,
)
from ml.fuzzy_evaluation.membership import breakpoint_counts

POOLED = "pooled quantiles"
KEYS = (
    "evaluation", "title", "grades", "operator", "phi", "objective_weights", "weight_noise",
    "answers", "minimum", "groups", "judgements", "weights",
)  # fmt: skip
GROUP_KEYS = ("code", "name", "indicators", "judgements", "weights")
INDICATOR_KEYS = (
    "code", "name", "unit", "direction", "source", "column", "question", "breakpoints",
)  # fmt: skip


def parse_declaration(data: Mapping[str, Any], file: str = "declaration") -> Declaration:
    """Validate ``data`` (parsed YAML of ``file``); raises ``DeclarationError``."""
    code = text(data, "evaluation", file)
    only(data, file, KEYS)
    grades = _grades(data, file)
    groups = tuple(
        _group(group, len(grades), f"{file}.groups[{i + 1}]")
        for i, group in enumerate(listed(data, "groups", file))
    )
    codes = [group.code for group in groups]
    unique(codes, f"{file}.groups")
    unique([i.code for group in groups for i in group.indicators], f"{file}.groups.indicators")
    weights, ratio = level_weights(data, codes, file)
    return Declaration(
        code=code,
        title=name(data, "title", file),
        grades=grades,
        groups=groups,
        weights=weights,
        consistency_ratio=ratio,
        operator=one_of(entry(data, "operator", file), f"{file}.operator", tuple(OPERATORS)),
        phi=within(entry(data, "phi", file), f"{file}.phi", 0, 1),
        objective=one_of(
            entry(data, "objective_weights", file), f"{file}.objective_weights",
            (ENTROPY, CRITIC, ENTROPY_CRITIC),
        ),
        weight_noise=within(entry(data, "weight_noise", file), f"{file}.weight_noise", 1, 1e6),
        answers=_answers(data, grades, groups, file),
        minimum=_minimum(data, file),
    )  # fmt: skip


def _grades(data: Mapping[str, Any], file: str) -> tuple[Grade, ...]:
    where = f"{file}.grades"
    grades = tuple(
        Grade(
            text(g, "code", where), name(g, "name", where),
            number(entry(g, "score", where), f"{where}.score"),
        )
        for g in listed(data, "grades", file)
    )  # fmt: skip
    scores = [grade.score for grade in grades]
    unique([grade.code for grade in grades], where)
    if len(grades) < 2 or any(low >= high for high, low in pairwise(scores)):
        raise DeclarationError(
            where, scores, "two or more grades, best first, with falling scores", "reorder them"
        )
    return grades


def _group(data: Any, grades: int, where: str) -> Group:
    code = text(data, "code", where)
    only(data, where, GROUP_KEYS)
    place = f"{where}({code})"
    indicators = tuple(_indicator(i, grades, place) for i in listed(data, "indicators", place))
    weights, ratio = level_weights(data, [i.code for i in indicators], place)
    return Group(code, name(data, "name", place), indicators, weights, ratio)


def _indicator(data: Any, grades: int, where: str) -> Indicator:
    code = text(data, "code", where)
    place = f"{where}.{code}"
    only(data, place, INDICATOR_KEYS)
    if ("column" in data) == ("question" in data):
        raise DeclarationError(
            place, None, "either a column or a survey question", "declare exactly one of them"
        )
    is_survey = "question" in data
    return Indicator(
        code=code,
        name=name(data, "name", place),
        unit=text(data, "unit", place),
        direction=one_of(entry(data, "direction", place), f"{place}.direction", (HIGHER, LOWER)),
        source=text(data, "source", place),
        column=None if is_survey else text(data, "column", place),
        question=text(data, "question", place) if is_survey else None,
        breakpoints=None if is_survey else _breakpoints(data, grades, place),
    )


def _breakpoints(data: Mapping[str, Any], grades: int, where: str) -> tuple[float, ...] | None:
    value, place = entry(data, "breakpoints", where), f"{where}.breakpoints"
    if value == POOLED:
        return None
    allowed = breakpoint_counts(grades)
    if not isinstance(value, list) or len(value) not in allowed:
        counts = " or ".join(str(count) for count in allowed)
        raise DeclarationError(
            place, value, f"{counts} ascending numbers, or '{POOLED}'", "list them in the unit"
        )
    points = tuple(number(point, place) for point in value)
    if any(high <= low for low, high in pairwise(points)):
        raise DeclarationError(
            place, list(points), "breakpoints in ascending order",
            "sort them, worst or best first alike: the direction says which end is good",
        )  # fmt: skip
    return points


def _answers(
    data: Mapping[str, Any], grades: Sequence[Grade], groups: Sequence[Group], file: str
) -> dict[int, int]:
    asked = any(i.question for group in groups for i in group.indicators)
    if not asked and "answers" not in data:
        return {}
    value, codes = entry(data, "answers", file), [grade.code for grade in grades]
    if not isinstance(value, Mapping) or not all(isinstance(key, int) for key in value):
        raise DeclarationError(
            f"{file}.answers", value, "answered grade: evaluation grade", "write 5: excellent"
        )
    return {
        answer: codes.index(one_of(grade, f"{file}.answers.{answer}", codes))
        for answer, grade in value.items()
    }


def _minimum(data: Mapping[str, Any], file: str) -> Minimum | None:
    if "minimum" not in data:
        return None
    where = f"{file}.minimum"
    least = within(entry(data["minimum"], "at_least", where), f"{where}.at_least", 0, 1e12)
    return Minimum(text(data["minimum"], "column", where), least)

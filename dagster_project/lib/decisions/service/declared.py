"""The declared rules of service, read from YAML; a mistake names file, line, value and cure.

What the rules mean is in ``rules`` and in the decisions that take them.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import pydantic
import yaml

from dagster_project.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "dagster_project" / "declarations" / "service"
Count = Annotated[int, pydantic.Field(ge=1, le=100_000)]
Share = Annotated[float, pydantic.Field(gt=0, lt=1)]
Money = Annotated[Decimal, pydantic.Field(ge=0, le=10_000_000, decimal_places=2)]


class ServiceDeclarationError(ValueError):
    """A declaration that cannot be used; names file, line, place, value, expectation and cure."""

    def __init__(self, file: str, line: int, place: str, value: object, expected: str) -> None:
        super().__init__(
            f"{file}, line {line}: {place} is {value!r}; expected {expected}. Correct it there "
            f"({file} 第{line}行：{place} 的取值不合要求，请更正)."
        )


class Declared(pydantic.BaseModel):
    """No key that nobody reads: a misspelt one would be ignored in silence."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Words(Declared):
    """One text in both languages."""

    en: str = pydantic.Field(min_length=1)
    zh: str = pydantic.Field(min_length=1)


class Bound(Declared):
    """What a column has to be; a missing value meets no bound."""

    at_least: float | None = None
    at_most: float | None = None
    is_: bool | str | None = pydantic.Field(None, alias="is")

    @pydantic.model_validator(mode="after")
    def _says_one_thing(self) -> Bound:
        if sum(value is not None for value in (self.at_least, self.at_most, self.is_)) != 1:
            raise ValueError("one of at_least, at_most, is")
        return self


class Rule(Declared):
    """A code that holds when every column keeps to its bound."""

    code: str = pydantic.Field(pattern=r"^[a-z_]+$")
    title: Words
    when: dict[str, Bound] = {}
    reason: Words | None = None


class Category(Declared):
    """What a kind of follow-up asks for."""

    code: str
    title: Words
    working_days: Annotated[int, pydantic.Field(ge=1, le=60)]
    priority: Annotated[int, pydantic.Field(ge=1, le=9)]
    channel: Literal["phone", "app_message", "text_message", "counter", "letter"]


class Followups(Declared):
    """followups.yaml."""

    look_back_days: Count
    answered_days: Count
    dissatisfied_days: Count
    repeat_days: Count
    visit_days: Count
    least_broken_off: Count
    most_urgent: Count
    protected_channel: str
    categories: tuple[Category, ...] = pydantic.Field(min_length=1)


class SmallEnterprise(Declared):
    """small_enterprise.yaml."""

    customer_type: str
    risk_days: Count
    contact_lead_days: Count
    overdue_contact_days: Count
    arrears_risk: tuple[Rule, ...] = pydantic.Field(min_length=1)
    needs: tuple[Rule, ...] = pydantic.Field(min_length=1)
    services: tuple[Rule, ...] = pydantic.Field(min_length=1)


class Step(Declared):
    """Amounts up to a limit are rounded up to whole steps."""

    up_to_yuan: Money
    step_yuan: Annotated[Money, pydantic.Field(gt=0)]


class Postpaid(Declared):
    """Who of those with bills is offered a prepayment, and for how many payments."""

    least_payments_without_bill: Count
    least_payments: Annotated[int, pydantic.Field(ge=2)]
    next_payments: Count


class Advance(Rule):
    """Grade of risk with the credit that it allows."""

    days: Annotated[int, pydantic.Field(ge=0, le=62)]
    cap_yuan: Money
    reason: Words


class Prepayment(Declared):
    """prepayment.yaml."""

    usage_quantile: Annotated[float, pydantic.Field(ge=0.5, lt=1)]
    least_gaps: Annotated[int, pydantic.Field(ge=2)]
    longest_days: Count
    reading_days: Count
    history_days: Count
    steps: tuple[Step, ...] = pydantic.Field(min_length=1)
    postpaid: Postpaid
    advance: tuple[Advance, ...] = pydantic.Field(min_length=1)


class ComplaintCategory(Declared):
    """Terms that speak for a category, and texts that are examples of it."""

    code: Literal["service", "business", "outage", "supply_quality", "grid_construction"]
    terms: tuple[str, ...] = pydantic.Field(min_length=1)
    examples: tuple[str, ...] = ()


class Need(Declared):
    """Terms by which a text asks for something."""

    code: str = pydantic.Field(pattern=r"^[a-z_]+$")
    terms: tuple[str, ...] = pydantic.Field(min_length=1)


class ComplaintTerms(Declared):
    """complaint_terms.yaml."""

    least_score: Share
    least_margin: Count
    least_labelled: Count
    least_texts: Count
    most_labelled: Count
    kept_days: Count
    categories: tuple[ComplaintCategory, ...] = pydantic.Field(min_length=2)
    needs: tuple[Need, ...]


Kind = TypeVar("Kind", bound=Declared)


def load(kind: type[Kind], path: Path) -> Kind:
    """Read and validate one declaration.

    Raises:
        ServiceDeclarationError: the file is no YAML, or a value is not as expected.
    """
    text = path.read_text(encoding="utf-8")
    try:
        return kind.model_validate(yaml.safe_load(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ServiceDeclarationError(path.name, line, "YAML", error.problem, "YAML") from error
    except pydantic.ValidationError as error:
        first: Any = error.errors()[0]
        place = [str(item) for item in first["loc"]]
        raise ServiceDeclarationError(
            path.name, line_of(text, place), ".".join(place), first["input"], first["msg"]
        ) from error


def line_of(text: str, place: list[str]) -> int:
    """Line of the innermost node of ``place`` that the text has; 1 for none."""
    node, line = yaml.compose(text, yaml.SafeLoader), 1
    for name in place:
        if isinstance(node, yaml.SequenceNode) and name.isdigit() and int(name) < len(node.value):
            node = node.value[int(name)]
        elif isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == name]
            if not found:
                return line
            line, node = found[0][0].start_mark.line + 1, found[0][1]
            continue
        else:
            return line
        line = node.start_mark.line + 1
    return line

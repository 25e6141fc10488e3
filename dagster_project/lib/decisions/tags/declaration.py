"""One tag as it is declared: what it means, what for, by which rule, for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from dagster_project.lib.decisions.tags.readable import MODELLED
from dagster_project.lib.decisions.tags.rules import Rule
from dagster_project.lib.decisions.tags.sentences import TagFault
from dagster_project.lib.deliveries.contracts import load_contracts

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
REFRESH_DAYS = {"daily": 1, "weekly": 7}
LONGEST_VALIDITY = 3660  # days; ten years hold everything that is not for ever


class Said(BaseModel):
    """One text in both languages; neither may be empty."""

    model_config = ConfigDict(extra="forbid")

    en: Text
    zh: Text


class Tag(BaseModel):
    """The declaration of one tag."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    title: Said
    kind: Literal["rule", "model"]
    rule: Text
    definition: Said  # in words: also the reason why a customer holds it
    purpose: Said
    owner: Text
    validity_days: Annotated[int, Field(ge=1, le=LONGEST_VALIDITY)]
    refresh: Literal["daily", "weekly"]
    needs: Annotated[list[Text], Field(min_length=1)]  # sources without which nothing is known
    sensitive: bool = False
    protection: Said | None = None

    def model_post_init(self, _: Any) -> None:
        """Hold what single fields cannot: the fault names the field to mend."""
        if self.sensitive and self.protection is None:
            raise TagFault("unprotected", "sensitive", self.protection)
        if self.protection and not self.sensitive:
            raise TagFault("needlessly_protected", "protection", self.protection.en)
        least = REFRESH_DAYS[self.refresh]
        if self.validity_days < least:
            raise TagFault(
                "too_short", "validity_days", self.validity_days, least=least, refresh=self.refresh
            )
        known = sorted(load_contracts())
        for source in self.needs:
            if source not in known:
                raise TagFault("unknown_source", "needs", source, known=", ".join(known))


@dataclass(frozen=True)
class CheckedTag:
    """A declared tag, its rule checked against the columns there are."""

    tag: Tag
    rule: Rule
    origin: str  # file and line

    def __post_init__(self) -> None:
        expected = "model" if set(self.rule.tables) & set(MODELLED) else "rule"
        if self.tag.kind != expected:
            tables = ", ".join(self.rule.tables)
            raise TagFault("kind_of_tag", "kind", self.tag.kind, expected=expected, tables=tables)

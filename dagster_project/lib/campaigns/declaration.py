"""What a campaign declares: one YAML file in the home's ``campaigns/``; the shape only.

Whether what is written there makes sense is judged in ``rules``; an example with a comment on every
key lies in ``declarations/campaigns/``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

HOLDOUT = "holdout"
ARMS = ("window", "random_day", HOLDOUT)
STRICT = ConfigDict(extra="forbid", frozen=True)


class Words(BaseModel):
    """One text in both languages."""

    model_config = STRICT

    en: Annotated[str, Field(min_length=1)]
    zh: Annotated[str, Field(min_length=1)]


class Creative(BaseModel):
    """One wording or picture of the contact (创意); ``zh`` is what customers are told."""

    model_config = STRICT

    zh: Annotated[str, Field(min_length=1)]
    en: str = ""


CreativeCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,29}$")]


class Cost(BaseModel):
    """A unit cost in yuan, and where it comes from; an assumption unless said otherwise."""

    model_config = STRICT

    yuan: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=4)]
    is_assumption: bool = True
    source: Annotated[str, Field(min_length=1)]


class Audience(BaseModel):
    """Whom the campaign is for: customers who meet every condition that is declared."""

    model_config = STRICT

    tags_held: tuple[str, ...] = ()
    tags_not_held: tuple[str, ...] = ()
    is_guided_to_target: bool = False
    main_channels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    customer_types: tuple[str, ...] = ()


class Campaign(BaseModel):
    """One version of one campaign; ``code`` and ``version`` name it for good."""

    model_config = STRICT

    code: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,30}$")]
    version: Annotated[int, Field(ge=1)] = 1
    title: Words
    objective: Words
    target_channel: str
    means: str
    audience: Audience
    starts_on: date
    ends_on: date
    budget_yuan: Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)]
    cost_per_contact: Cost
    arms: dict[str, Annotated[float, Field(ge=0, le=1)]]
    contents: dict[CreativeCode, Creative] = {}
    expected_effect_points: Annotated[float, Field(gt=0, le=50)]
    power: Annotated[float, Field(ge=0.5, lt=1)] = 0.8
    contact_gap_days: Annotated[int, Field(ge=0, le=365)] = 30
    cycle_days: Annotated[int, Field(ge=7, le=92)] = 30
    salt: str = ""

    @property
    def tracked_code(self) -> str:
        """The code under which its contacts and effects are tracked: each version has its own."""
        return self.code if self.version == 1 else f"{self.code}-V{self.version}"

    @property
    def key(self) -> str:
        """What its random draws are keyed by; changes with version and salt."""
        return f"campaign/{self.code}/{self.version}/{self.salt}"

    @property
    def holdout_share(self) -> float:
        """Share of the audience that is not contacted."""
        return self.arms.get(HOLDOUT, 0.0)

    @property
    def contacts_affordable(self) -> int:
        """Contacts that the budget pays for."""
        return int(self.budget_yuan / self.cost_per_contact.yuan)

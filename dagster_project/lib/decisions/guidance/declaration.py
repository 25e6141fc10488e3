"""The declared terms of guidance, validated: limits of a round, means, channels, own actions.

A mistake is named with file, line, place, value, expectation and cure.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
import yaml
from pydantic import BaseModel, ConfigDict, Field

from dagster_project.settings import PROJECT_ROOT

FILE = PROJECT_ROOT / "dagster_project" / "declarations" / "guidance.yaml"
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]


class GuidanceError(ValueError):
    """A declaration of guidance that cannot be used."""


class Declared(BaseModel):
    """Only the keys that are known: a misspelt one would be ignored in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(Declared):
    """A text in both languages."""

    en: Text
    zh: Text


class Figure(Declared):
    """A number with its unit and what it rests on."""

    value: Amount
    unit: Text
    basis: Text


class Round(Declared):
    """What one round of guidance may use."""

    budget_yuan_per_1000_customers: Figure
    contacts_per_1000_customers: Figure
    days_between_contacts: Figure
    lead_days: Figure
    exploration_share: Figure
    capacity_use: Figure
    salt: Text

    @pydantic.model_validator(mode="after")
    def _shares(self) -> Round:
        for name in ("exploration_share", "capacity_use"):
            if getattr(self, name).value > 1:
                raise ValueError(f"{name} is a share: from 0 to 1 expected")
        if self.exploration_share.value == 1:
            raise ValueError("exploration_share 1 leaves nobody to be matched: below 1 expected")
        return self


class Means(Declared):
    """A means of contact; ``needs_channel``: whose users alone it reaches."""

    code: Text
    name: Said
    cost_yuan: Amount
    p_factor: Amount
    needs_channel: Literal["app", "wechat"] | None
    basis: Text


class Target(Declared):
    """A channel that customers are guided to, and what is assumed of it."""

    code: Text
    p_move: Share
    p_move_sd: Annotated[float, Field(gt=0, le=1)]
    retention: Share
    retention_sd: Share
    effort: Amount
    switching_yuan: Amount
    only_from: tuple[Text, ...] | None
    largest_amount_yuan: Amount | None
    basis: Text


class Kept(Declared):
    """A channel that nobody is guided away from."""

    code: Text
    basis: Text


class Action(Declared):
    """What is done against one obstacle, by whom, and what it is assumed to bring."""

    held_back_by: Literal["conversion", "outages", "complaints", "capacity", "reach"]
    code: Text
    action: Said
    owner: Said
    effect: Figure


class OwnChannels(Declared):
    """From which values on an own channel counts as held back, and what is then done."""

    least_visits: Figure
    least_conversion_pct: Figure
    most_outage_minutes: Figure
    most_complaints: Figure
    actions: tuple[Action, ...]

    @pydantic.model_validator(mode="after")
    def _one_action_each(self) -> OwnChannels:
        obstacles = [action.held_back_by for action in self.actions]
        twice = sorted({one for one in obstacles if obstacles.count(one) > 1})
        if twice:
            raise ValueError(f"two actions against {twice[0]}; one each expected: merge them")
        for name in ("most_outage_minutes", "most_complaints", "least_conversion_pct"):
            if getattr(self, name).value == 0:
                raise ValueError(f"{name} 0 can be compared with nothing: above 0 expected")
        return self


class Guidance(Declared):
    """The whole declaration."""

    round: Round
    means: Annotated[tuple[Means, ...], Field(min_length=1)]
    channels: Annotated[tuple[Target, ...], Field(min_length=1)]
    effort_elsewhere: dict[str, Figure]
    kept_channels: tuple[Kept, ...]
    own_channels: OwnChannels

    @pydantic.model_validator(mode="after")
    def _codes_differ(self) -> Guidance:
        for name in ("means", "channels", "kept_channels"):
            codes = [one.code for one in getattr(self, name)]
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                raise ValueError(f"{name}: {twice[0]} is declared twice; remove one of them")
        return self

    def effort(self) -> dict[str, float]:
        """Minutes of the customer a payment, by channel."""
        elsewhere = {code: figure.value for code, figure in self.effort_elsewhere.items()}
        return elsewhere | {target.code: target.effort for target in self.channels}


def read_guidance(path: Path = FILE) -> Guidance:
    """The declaration of ``path``.

    Raises:
        GuidanceError: it is no YAML, a key is missing, unknown or misspelt, a value out of range.
    """
    try:
        text = path.read_text("utf-8")
        return Guidance.model_validate(yaml.safe_load(text))
    except OSError as error:
        raise GuidanceError(f"{path.name}: cannot be read ({error}); restore the file") from error
    except yaml.YAMLError as error:
        raise GuidanceError(f"{path.name}: no valid YAML: {error}. Mend it") from error
    except pydantic.ValidationError as error:
        raise GuidanceError(_said(path.name, text, error.errors()[0])) from error


def _said(file: str, text: str, error: Any) -> str:
    place = [*error["loc"]]
    line = _line(yaml.compose(text), place)
    where = ".".join(str(item) for item in place) or "the whole"
    value = str(error["input"])[:60]
    return (
        f"{file}, line {line}, {where}: {value!r} found; {error['msg']}. "
        "Correct the declaration, or restore the line from the project's own file"
    )


def _line(node: Any, place: list[str | int]) -> int:
    """Line of the innermost declared part of the place."""
    line = node.start_mark.line + 1 if node else 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = [value for key, value in node.value if key.value == str(step)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            found = node.value[step : step + 1]
        else:
            break
        if not found:
            break
        node = found[0]
        line = node.start_mark.line + 1
    return int(line)

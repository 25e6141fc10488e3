"""Source profiles: how one kind of file maps to a source contract, declared in YAML.

A profile names the files, their encoding and shape, and where each contract column comes from.
Each contract also has a built-in ``standard_<source>`` profile: a file whose header holds the
contract's own names (English or Chinese).
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pydantic
import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dagster_project.lib.deliveries.contracts import Contract, load_contracts
from dagster_project.settings import Settings

STANDARD_FILE = (
    r"{source}_(?P<delivered_on>\d{{8}}|\d{{6}})(?:_(?P<part>\w+))?"
    r"\.(?:csv|tsv|xlsx|parquet)(?:\.gz|\.zip)?"
)


class ProfileError(ValueError):
    """A profile that cannot be used; the message names file, place, expectation and cure."""


class Part(BaseModel):
    """One header column that goes into a contract column."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    names: list[str] = Field(alias="from")
    strip_suffix: str | None = None
    pad_left: int | None = None

    @field_validator("names", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class Mapping(BaseModel):
    """Where one contract column comes from: header columns joined by ``join``."""

    model_config = ConfigDict(extra="forbid")

    parts: list[Part]
    join: str = " "
    formats: list[str] | None = None
    unit: Literal["yuan", "fen"] = "yuan"
    codes: dict[str, str] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str | list):
            return {"parts": [{"from": value}]}
        if isinstance(value, dict) and "parts" not in value:
            own = {"from", "strip_suffix", "pad_left"}
            part = {key: item for key, item in value.items() if key in own}
            return {"parts": [part]} | {k: v for k, v in value.items() if k not in own}
        return value


class RowFilter(BaseModel):
    """Rows in scope: those whose ``column`` holds one of ``equals``."""

    model_config = ConfigDict(extra="forbid")

    column: str
    equals: list[str]


class Profile(BaseModel):
    """One kind of delivered file."""

    model_config = ConfigDict(extra="forbid")

    name: str
    source: str
    description: dict[str, str]
    files: str
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    delimiter: str | None = None
    comment: str | None = None
    quoted_newlines: bool = False  # then one open quote spoils more than its own line
    strip: str = " "  # characters taken off both ends; more than a blank costs time
    nulls: list[str] = []
    as_of: date | None = None
    columns: dict[str, Mapping]
    constants: dict[str, str] = {}
    row_filter: RowFilter | None = None
    origin: str = "built in"

    @field_validator("files")
    @classmethod
    def _is_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"{value!r} is not a regular expression: {error}") from error
        return value

    @model_validator(mode="after")
    def _fits_its_contract(self) -> Profile:
        contract = load_contracts().get(self.source)
        if contract is None:
            raise ValueError(
                f"source {self.source!r} has no contract; known: {', '.join(load_contracts())}"
            )
        for name in [*self.columns, *self.constants]:
            if name not in contract.columns:
                known = ", ".join(contract.columns)
                raise ValueError(f"column {name!r} is not in contract {self.source}: {known}")
        for column in contract.columns.values():
            given = {*self.columns, *self.constants}
            reachable = column.name in given or column.from_timestamp in given or column.default
            if column.required and not reachable:
                raise ValueError(f"required column {column.name!r} has no mapping; add one")
        return self

    @property
    def digest(self) -> str:
        """Changes with any change of the declaration."""
        content = self.model_dump_json(exclude={"origin"})
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def load_profiles(settings: Settings) -> list[Profile]:
    """All profiles: the declared ones first, then the standard one of each contract.

    Raises:
        ProfileError: when a file cannot be used, or two profiles bear one name.
    """
    declared = [
        _read_profile(path)
        for folder in settings.profile_folders
        for path in sorted(folder.glob("*.yaml"))
    ]
    profiles = declared + [standard_profile(contract) for contract in load_contracts().values()]
    seen: dict[str, Profile] = {}
    for profile in profiles:
        if profile.name in seen:
            first = seen[profile.name].origin
            raise ProfileError(
                f"{profile.origin}: profile name {profile.name!r} is taken by {first}. Rename one."
            )
        seen[profile.name] = profile
    return profiles


def standard_profile(contract: Contract) -> Profile:
    """The profile of a file that bears the contract's own column names."""
    return Profile(
        name=f"standard_{contract.source}",
        source=contract.source,
        description={
            "en": f"{contract.title['en']} with the contract's own headings",
            "zh": f"{contract.title['zh']}（标准格式）",
        },
        files=STANDARD_FILE.format(source=contract.source),
        columns={
            name: Mapping.model_validate([name, column.zh])
            for name, column in contract.columns.items()
        },
    )


def _read_profile(path: Path) -> Profile:
    text = path.read_text(encoding="utf-8")
    try:
        content = yaml.safe_load(text)
        return Profile.model_validate({**content, "origin": path.name})
    except yaml.YAMLError as error:
        raise ProfileError(f"{path.name}: not valid YAML: {error}") from error
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(item) for item in first["loc"])
        line = _line_of(text, [str(item) for item in first["loc"]])
        raise ProfileError(
            f"{path.name}:{line}: {place or 'profile'}: {first['msg']} "
            f"(value: {str(first['input'])[:80]!r}). Mend the profile."
        ) from error


def _line_of(text: str, place: list[str]) -> int:
    """Line of the innermost key of ``place`` that the text mentions; 1 when none is."""
    for name in reversed(place):
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip().startswith(f"{name}:"):
                return number
    return 1

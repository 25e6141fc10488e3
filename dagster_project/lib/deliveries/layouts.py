"""Parts of a source profile that say what a file looks like: records, columns, control totals.

The profile as a whole, and where profiles come from, are in ``profiles``.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dagster_project.lib.deliveries.messages import PROFILES, sentence
from dagster_project.lib.deliveries.reading.fixed_width import Record

Widths = dict[str, Annotated[int, Field(gt=0)]]  # name -> bytes, in the order of the record


class ProfileFaultError(ValueError):
    """What is wrong with a declaration, in both languages, and the key and value to look at."""

    def __init__(self, code: str, place: str, value: object, **values: object) -> None:
        self.text = sentence(PROFILES, code, value=value, **values)
        super().__init__(str(self.text))
        self.place, self.value = place, value


def pattern(value: str) -> str:
    """Check a regular expression."""
    try:
        re.compile(value)
    except re.error as error:
        raise ProfileFaultError("not_a_pattern", "", value, detail=error) from error
    return value


class Part(BaseModel):
    """One header column that goes into a contract column."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    names: list[str] = Field(alias="from")
    strip_suffix: str | None = None
    pad_left: int | None = None
    nulls: list[str] = []  # texts that mean empty in this column only
    otherwise: str | None = None  # heading that is read in rows where the first is empty

    @field_validator("names", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class Sign(BaseModel):
    """The sign of an amount by the kind of its row; the file's own sign is not looked at."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    column: str = Field(alias="from")
    positive: list[str]
    negative: list[str]


class Mapping(BaseModel):
    """Where one contract column comes from: header columns joined by ``join``."""

    model_config = ConfigDict(extra="forbid")

    parts: list[Part]
    join: str = " "
    formats: list[str] | None = None
    unit: Literal["yuan", "fen"] = "yuan"
    codes: dict[str, str] | None = None
    minus: str | None = None  # heading of an amount that is taken off
    sign: Sign | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str | list):
            return {"parts": [{"from": value}]}
        if isinstance(value, dict) and "parts" not in value:
            own = {"from", "strip_suffix", "pad_left", "nulls", "otherwise"}
            part = {key: item for key, item in value.items() if key in own}
            return {"parts": [part]} | {k: v for k, v in value.items() if k not in own}
        return value


class RowFilter(BaseModel):
    """Rows whose ``column`` holds one of ``equals``."""

    model_config = ConfigDict(extra="forbid")

    column: str
    equals: list[str]


class Total(BaseModel):
    """One control total: a number of rows and a sum that the file says of itself.

    ``count`` and ``sum`` name fields of the header record, the trailer or the footer's table;
    ``pattern`` finds both in a comment or footer line, as groups ``count`` and ``sum``.
    """

    model_config = ConfigDict(extra="forbid")

    count: str | None = None
    sum: str | None = None
    pattern: str | None = None
    of: str | None = None  # heading of the rows' amount, in the unit of the file
    where: RowFilter | None = None  # the rows that count; None: all
    optional: bool = False  # some files of the kind do not have it

    @property
    def title(self) -> str:
        """What to call the total in a message."""
        return self.pattern or " / ".join(name for name in (self.count, self.sum) if name)

    @model_validator(mode="after")
    def _says_something(self) -> Total:
        groups = re.compile(pattern(self.pattern)).groupindex if self.pattern else {}
        counts, sums = self.count or "count" in groups, self.sum or "sum" in groups
        if not (counts or sums) or bool(sums) != bool(self.of):
            raise ProfileFaultError("empty_total", "totals", self.title)
        return self


class Trailer(BaseModel):
    """The record after the last row, told by how it begins."""

    model_config = ConfigDict(extra="forbid")

    starts_with: Annotated[str, Field(min_length=1)]
    fields: Widths


class FixedWidth(BaseModel):
    """Records of fields of fixed width in bytes, a line each; a header record comes first."""

    model_config = ConfigDict(extra="forbid")

    gap: int = 0  # blank bytes between two fields
    header: Widths | None = None
    detail: Widths
    trailer: Trailer | None = None

    @property
    def detail_record(self) -> Record:
        """Layout of a row."""
        return Record(self.detail, self.gap)

    @property
    def header_record(self) -> Record | None:
        """Layout of the first record."""
        return Record(self.header, self.gap) if self.header else None

    @property
    def trailer_record(self) -> Record | None:
        """Layout of the last record."""
        if self.trailer is None:
            return None
        return Record(self.trailer.fields, self.gap, self.trailer.starts_with)

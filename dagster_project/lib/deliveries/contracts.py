"""Source contracts: the columns, types, units and keys that each source's rows must have.

The contracts are the YAML files in ``declarations/contracts``; this module reads and checks them.
What a particular file looks like is a profile's matter (``profiles``).
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import pydantic
import yaml
from pydantic import BaseModel, ConfigDict, Field

from dagster_project.settings import PROJECT_ROOT

CONTRACTS = PROJECT_ROOT / "dagster_project" / "declarations" / "contracts"
SEEDS = PROJECT_ROOT / "dbt" / "seeds"
ColumnType = Literal[
    "identifier", "customer", "personal", "string", "code", "date", "timestamp", "month",
    "money", "quantity", "integer", "boolean",
]  # fmt: skip
SQL_TYPES: dict[str, str] = {
    "identifier": "bigint", "customer": "bigint", "string": "varchar", "code": "varchar",
    "date": "date", "timestamp": "timestamp", "month": "date", "quantity": "decimal(18,3)",
    "integer": "bigint", "boolean": "boolean",
}  # fmt: skip


class Column(BaseModel):
    """One column of a contract."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: str = ""
    type: ColumnType
    zh: str
    description: str
    landed_as: str | None = Field(default=None, alias="as")
    required: bool = False
    default: str | None = None
    values: list[str] | None = None
    seed: str | None = None
    min: float | None = None
    max: float | None = None
    scale: int = 2
    from_timestamp: str | None = None
    not_before: str | None = None
    allow_future: bool = False

    @property
    def landed_name(self) -> str:
        """Name of the column after landing."""
        if self.type == "customer":
            return "customer_id"
        return self.landed_as or self.name

    @property
    def sql_type(self) -> str:
        """DuckDB type of the landed column."""
        return f"decimal(18,{self.scale})" if self.type == "money" else SQL_TYPES[self.type]

    @property
    def allowed(self) -> list[str] | None:
        """The codes that the column may hold; None for columns that are not codes."""
        return seed_codes(self.seed) if self.seed else self.values


class Contract(BaseModel):
    """What every row of one source must be, whatever file it came in."""

    model_config = ConfigDict(extra="forbid")

    source: str
    title: dict[str, str]
    grain: str
    key: list[str]
    business_date: str
    required: bool = False
    columns: Annotated[dict[str, Column], Field(min_length=1)]

    def model_post_init(self, _: object) -> None:
        """Give every column its name."""
        for name, column in self.columns.items():
            column.name = name

    @property
    def landed(self) -> list[Column]:
        """Columns that reach the warehouse; personal ones do not."""
        return [column for column in self.columns.values() if column.type != "personal"]

    @property
    def personal(self) -> list[Column]:
        """Columns that only the restricted store keeps."""
        return [column for column in self.columns.values() if column.type == "personal"]

    @property
    def landed_key(self) -> list[str]:
        """Names of the key's columns after landing."""
        return [self.columns[name].landed_name for name in self.key]


class ContractError(ValueError):
    """A contract that cannot be used; the message names the file, the place and the cure."""


@cache
def load_contracts(folder: Path = CONTRACTS) -> dict[str, Contract]:
    """Read every contract, by source name."""
    contracts = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            contract = Contract.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (pydantic.ValidationError, yaml.YAMLError) as error:
            raise ContractError(f"{path.name}: {error}. Mend the contract.") from error
        contracts[contract.source] = contract
    return contracts


@cache
def seed_codes(seed: str) -> list[str]:
    """The values of the first column of a seed, such as the declared channels."""
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as handle:
        return [row[0] for row in list(csv.reader(handle))[1:]]

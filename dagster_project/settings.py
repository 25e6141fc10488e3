"""Where a run keeps things and what it declares: the only reader of the environment.

Every setting has a default that works in a checkout; a home folder's ``jiaofei.toml`` overrides the
defaults, and the environment overrides the file.  Nothing else in the project reads ``os.environ``.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SETTINGS_FILE = "jiaofei.toml"


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it, what was expected and the cure."""


@dataclass(frozen=True)
class Settings:
    """The declared facts of one installation; paths derive from ``home``."""

    home: Path
    as_of: date | None = None  # the declared "today"; None: the newest delivery's day
    first_partition: date = date(2024, 1, 1)  # everything delivered before belongs to it
    timezone: str = "Asia/Shanghai"  # zone of every local time in the deliveries
    schedule_hour: int = 3  # channels' files of the day before are complete by then
    refit_days: int = 7  # a fitted model older than so many days is fitted anew by a run
    forecast_sample_series: int = 4  # series that slow forecasters are tried on: seconds each
    snapshots_kept: int = 7  # a week of daily publications to go back to
    small_cell_customers: int = 5  # published aggregates hide cells of fewer customers
    first_business_date: date = date(2000, 1, 1)  # an earlier day in a file is a date error
    webhook_url: str = ""  # DingTalk or WeCom robot; empty: failures are not posted
    threads: int = 2  # cores of the reference machine
    memory_limit: str = "4GB"  # DuckDB's share of the 6 GB that a run may take
    file_settle_seconds: int = 10  # a file unchanged for so long counts as fully written

    @cached_property
    def deliveries(self) -> Path:
        """Folder into which deliveries are put."""
        return self.home / "deliveries"

    @cached_property
    def landing(self) -> Path:
        """Typed Parquet by source, delivery and business date; the quarantine; the ledger."""
        return self.home / "landing"

    @cached_property
    def restricted(self) -> Path:
        """Clear customer numbers, contact data and complaint text; mode 700, files 600."""
        return self.home / "restricted"

    @cached_property
    def campaigns(self) -> Path:
        """Declared campaigns, one YAML file each, and a folder per launched version."""
        return self.home / "campaigns"

    @cached_property
    def ledger(self) -> Path:
        """SQLite file that accounts for every delivered file."""
        return self.landing / "ledger.sqlite"

    @cached_property
    def pseudonym_key(self) -> Path:
        """Key of the customer pseudonyms; mode 600."""
        return self.home / "pseudonym.key"

    @cached_property
    def pseudonym_key_hex(self) -> str:
        """The key given by the environment, in hexadecimal; empty when the key file is used."""
        return os.environ.get("JIAOFEI_PSEUDONYM_KEY", "")

    @cached_property
    def warehouse(self) -> Path:
        """The DuckDB file that one process at a time writes."""
        return self.home / "warehouse.duckdb"

    @cached_property
    def published(self) -> Path:
        """Immutable snapshots and the link ``current``."""
        return self.home / "published"

    @cached_property
    def dagster_home(self) -> Path:
        """Dagster's own storage."""
        return self.home / "dagster"

    @cached_property
    def dbt_project(self) -> Path:
        """The dbt project of the checkout."""
        return PROJECT_ROOT / "dbt"

    @cached_property
    def dbt_target(self) -> Path:
        """Dbt's artefacts; per home, so that two homes never share a half-written manifest."""
        return self.home / "dbt_target"

    @cached_property
    def dbt_build(self) -> Path:
        """Artefacts of the last build of the tables that need no model: SQL and test results."""
        return self.dbt_target / "build"

    @cached_property
    def dbt_build_fitted(self) -> Path:
        """The same of the published tables that fitted models feed."""
        return self.dbt_target / "build_fitted"

    @cached_property
    def profile_folders(self) -> tuple[Path, ...]:
        """Folders with source profiles: the project's, then the installation's own."""
        return (
            PROJECT_ROOT / "dagster_project" / "declarations" / "profiles",
            self.home / "profiles",
        )

    @cached_property
    def tag_folders(self) -> tuple[Path, ...]:
        """Folders with declared customer tags: the project's, then the installation's own."""
        return (
            PROJECT_ROOT / "dagster_project" / "declarations" / "tags",
            self.home / "tags",
        )


def load_settings(home: Path | str | None = None) -> Settings:
    """Read the settings of ``home`` (default: ``JIAOFEI_HOME``, else ``data/`` in the project)."""
    chosen = Path(home or os.environ.get("JIAOFEI_HOME") or PROJECT_ROOT / "data").absolute()
    given = declared(chosen)
    for field in fields(Settings):
        value = os.environ.get(f"JIAOFEI_{field.name.upper()}")
        if value is not None and field.name != "home":
            given[field.name] = value
    known = {field.name: field.type for field in fields(Settings)}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise SettingsError(
            f"{chosen / SETTINGS_FILE}: unknown setting {unknown[0]!r}; known are "
            f"{', '.join(sorted(set(known) - {'home'}))}. Remove or rename it."
        )
    typed = {name: _typed(name, value, str(known[name])) for name, value in given.items()}
    return Settings(home=chosen, **typed)


def use(settings: Settings) -> None:
    """Make this home the one of the process and of the processes that it starts."""
    os.environ["JIAOFEI_HOME"] = str(settings.home)
    os.environ["JIAOFEI_THREADS"] = str(settings.threads)
    os.environ["JIAOFEI_MEMORY_LIMIT"] = settings.memory_limit
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)


def declare(home: Path, **values: date | str | int) -> None:
    """Write ``values`` into the home's settings file, keeping the settings already there."""
    path = home / SETTINGS_FILE
    merged = {**_read_file(path), **values}
    lines = [
        f"{name} = {value}" if isinstance(value, int | date) else f'{name} = "{value}"'
        for name, value in sorted(merged.items())
    ]
    home.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")  # two runs may declare at once
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.replace(path)


def declared(home: Path) -> dict[str, Any]:
    """The settings that the home's own file declares."""
    return _read_file(home / SETTINGS_FILE)


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path} is not valid TOML: {error}. Mend or delete the file."
        ) from error


def _typed(name: str, value: Any, kind: str) -> Any:
    try:
        if kind.startswith("date"):
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        return int(value) if kind == "int" else str(value)
    except ValueError as error:
        expected = "a date like 2025-12-31" if kind.startswith("date") else "a whole number"
        raise SettingsError(f"Setting {name} is {value!r}; expected {expected}.") from error

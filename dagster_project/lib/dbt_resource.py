"""The dbt of this environment as a Dagster resource, started with no more than a build needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any

from dagster_dbt import DbtCliResource
from packaging.version import Version


class ProjectDbt(DbtCliResource):
    """dbt without the two things that dagster-dbt does before each start, seconds each time.

    Both are of no use here: dbt is installed beside this code, so nobody need ask it for its
    version, and nothing is read from the warehouse through dbt's adapter. Should dagster-dbt name
    them otherwise one day, its own way comes back, which is only slower.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None

"""The dbt of this environment as a Dagster resource, started with no more than a build needs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtCliResource
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from packaging.version import Version


class ProjectDbt(DbtCliResource):
    """dbt without the two things that dagster-dbt does before each start, seconds each time.

    Both are of no use here: dbt is installed beside this code, so nobody need ask it for its
    version, and nothing is read from the warehouse through dbt's adapter. Should dagster-dbt name
    them otherwise one day, its own way comes back, which is only slower.
    """

    def start(
        self,
        arguments: Sequence[str],
        context: dg.AssetExecutionContext,
        target: Path,
        take: Callable[[list[str]], subprocess.Popen[bytes] | None],
    ) -> DbtCliInvocation:
        """Run a command on the op's models: by a process that waits for it, or by a new one.

        Args:
            arguments: of dbt, without the selection, which follows from the op.
            context: of the op.
            target: folder of the artefacts.
            take: gives a waiting process the whole command; None when none waits.
        """
        chosen = get_updated_cli_invocation_params_for_context(
            context=context, manifest={}, dagster_dbt_translator=DagsterDbtTranslator()
        )
        is_plain = chosen.indirect_selection is None and chosen.dbt_project is not None
        process = take([*arguments, *chosen.selection_args]) if is_plain else None
        if process is None:
            return self.cli(arguments, context=context, raise_on_error=False, target_path=target)
        return DbtCliInvocation(
            process=process,
            manifest=chosen.manifest,
            dagster_dbt_translator=chosen.dagster_dbt_translator,
            project_dir=Path(self.project_dir),
            target_path=target,
            raise_on_error=False,
            cli_version=self._cli_version,
            project=chosen.dbt_project,
            context=context,
        )

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None

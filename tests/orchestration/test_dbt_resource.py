"""What dagster-dbt is spared before each start of dbt."""

from __future__ import annotations

import dbt.version
from dagster_dbt import DbtCliResource

from dagster_project.lib.dbt_project import DBT, dbt_project
from dagster_project.lib.dbt_resource import ProjectDbt
from dagster_project.settings import Settings


def test_no_dbt_is_started_for_its_version_and_none_is_loaded_beside_it(home: Settings) -> None:
    spared = ("_cli_version", "_initialize_dbt_core_adapter")
    assert all(hasattr(DbtCliResource, name) for name in spared)  # as dagster-dbt names them
    resource = ProjectDbt(project_dir=dbt_project(), dbt_executable=DBT)
    assert str(resource._cli_version) == dbt.version.__version__
    assert resource._initialize_dbt_core_adapter([]) is None

"""The weekly job with fake fits: a gate that fails stops its own family, and no other."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from dagster_project.lib.models.candidate import Candidate, Verdict, parameter_table, refused
from dagster_project.lib.models.families import FAMILIES
from dagster_project.lib.models.spec import ModelSpec, Work
from dagster_project.settings import Settings
from tests.conftest import FIRST_DAY

pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")  # of backfill policies
REJECTED, PROMOTED = "segmentation", "fuzzy_evaluation"


def _fit(decision: str) -> Any:
    def fit(work: Work) -> Candidate:
        if decision == "raise":
            raise FloatingPointError("the fit diverged")
        if decision == "refused":
            return refused("too_few", "too few", "数量过少")
        rows = [("fit", -1, "mean", 0, 1.0, None)]
        return Candidate(parameter_table(rows), Verdict(decision, "bars missed", "未达门槛"))

    return fit


def _family(name: str, decision: str) -> ModelSpec:
    [family] = [family for family in FAMILIES if family.name == name]
    return dataclasses.replace(family, fit=_fit(decision), reads=())


def _refit(home: Settings, folder: Path, decision: str) -> dg.ExecuteInProcessResult:
    """Run the weekly assets of two families whose first one's fit ends as told."""
    from dagster_project.defs.platform_support.model_assets import candidate_asset, release_asset
    from dagster_project.defs.resources import HomeResource

    settings = Settings(home=folder)
    settings.dbt_target.mkdir(parents=True)
    settings.landing.mkdir()
    manifest = (home.dbt_target / "manifest.json").read_bytes()
    (settings.dbt_target / "manifest.json").write_bytes(manifest)
    families = _family(REJECTED, decision), _family(PROMOTED, "promoted")
    defs = dg.Definitions(
        assets=[make(family) for family in families for make in (candidate_asset, release_asset)],
        resources={"home": HomeResource(home=str(folder))},
        executor=dg.in_process_executor,
    )
    with dg.DagsterInstance.ephemeral() as instance:
        return defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance, partition_key=FIRST_DAY.isoformat(), raise_on_error=False
        )


def _made(result: dg.ExecuteInProcessResult) -> set[str]:
    events = result.get_asset_materialization_events()
    return {event.materialization.asset_key.path[-1] for event in events}


@pytest.mark.parametrize(
    ("decision", "english", "chinese"),
    [
        ("rejected", "Check segmentation_passes_its_gate failed: bars missed.", "未达门槛"),
        ("raise", "Step segmentation_candidate failed: FloatingPointError: the fit div", "失败"),
    ],
)
def test_a_family_that_fails_is_not_released_and_the_others_are(
    home: Settings, tmp_path: Path, decision: str, english: str, chinese: str
) -> None:
    from dagster_project.lib.failures import failures

    result = _refit(home, tmp_path / "own", decision)
    assert not result.success
    assert f"{PROMOTED}_release" in _made(result)
    assert f"{REJECTED}_release" not in _made(result)
    [said] = failures(result)
    assert english in said.en
    assert chinese in said.zh


def test_a_refusal_passes_the_gate_and_releases_nothing(home: Settings, tmp_path: Path) -> None:
    from dagster_project.lib.models.releases import released
    from dagster_project.lib.warehouse.connection import connect

    folder = tmp_path / "own"
    result = _refit(home, folder, "refused")
    assert result.success
    with connect(Settings(home=folder)) as connection:
        assert released(connection, REJECTED) is None
        assert released(connection, PROMOTED) is not None


def test_the_judged_day_is_the_partition_before_any_build(home: Settings, tmp_path: Path) -> None:
    from dagster_project.lib.warehouse.connection import connect

    folder = tmp_path / "own"
    _refit(home, folder, "promoted")
    with connect(Settings(home=folder)) as connection:
        rows = connection.execute(
            "select fitted_on, decision from platform_support.segmentation_validations"
        ).fetchall()
    assert rows == [(FIRST_DAY, "promoted")]

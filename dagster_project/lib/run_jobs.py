"""The jobs of a run from the command line, in this process: refresh, or prepare, refit, finish."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import dagster as dg

from dagster_project.lib.build import FULL_REFRESH_TAG
from dagster_project.lib.decisions.due import decision_is_due
from dagster_project.lib.decisions.registry import DECISIONS
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.failures import failures
from dagster_project.lib.instance import open_instance
from dagster_project.lib.models.declared import SOURCE
from dagster_project.lib.models.families import FAMILIES
from dagster_project.lib.models.releases import refit_is_due
from dagster_project.lib.run_summary import RunSummary, tables_of
from dagster_project.lib.warehouse.changes import last_build
from dagster_project.settings import Settings

ALL_FAMILIES = tuple(family.name for family in FAMILIES)
LONGEST_RANGE_DAYS = 31  # a longer gap is run as its last day; landing takes in the days between


class RunError(RuntimeError):
    """The run did not end well; the last snapshot stays current."""

    def __init__(self, said: Bilingual) -> None:
        super().__init__(str(said))
        self.said = said


def execute(
    settings: Settings,
    summary: RunSummary,
    full_refresh: bool,
    refit: bool,
    families: Collection[str],
) -> None:
    """Run the jobs for the days since the last run; a refit, when one is due, lies between them.

    A refit is for all families at once: a family that fails keeps its release and is a warning.
    Weekly decisions are taken in the second half, also those that a run before did not get to.
    """
    tags = {FULL_REFRESH_TAG: "true"} if full_refresh else {}
    refit = refit or any(refit_is_due(settings, family, summary.as_of) for family in families)
    weekly = [decision.name for decision in DECISIONS if decision.is_weekly]
    with open_instance(settings) as instance:
        if not (refit or any(decision_is_due(settings, name, summary.as_of) for name in weekly)):
            _require_success(_run_job(instance, settings, summary, "refresh", tags))
            return
        _require_success(_run_job(instance, settings, summary, "prepare", tags))
        if refit:
            fitted = _run_job(instance, settings, summary, "refit", {}, families)
            summary.warnings += [
                str(
                    Bilingual(f"{said.en} The last good models stay.", f"{said.zh}沿用上一版模型。")
                )
                for said in failures(fitted)
            ]
        _require_success(_run_job(instance, settings, summary, "finish", tags))


def _run_job(
    instance: dg.DagsterInstance,
    settings: Settings,
    summary: RunSummary,
    name: str,
    tags: dict[str, str],
    families: Collection[str] = ALL_FAMILIES,
) -> dg.ExecuteInProcessResult:
    """Run one job in this process and add its tables to the summary."""
    from dagster_project.definitions import defs  # reads the home that is now in use

    partition: str | None = summary.as_of.isoformat()
    first = summary.as_of if name == "refit" else _first_new_day(settings, summary.as_of)
    if first < summary.as_of:
        partition = None
        tags = tags | {
            "dagster/asset_partition_range_start": first.isoformat(),
            "dagster/asset_partition_range_end": summary.as_of.isoformat(),
        }
    result = defs.resolve_job_def(name).execute_in_process(
        instance=instance,
        partition_key=partition,
        tags=tags,
        raise_on_error=False,
        asset_selection=_fitted_by(families) if name == "refit" else None,
    )
    summary.tables += tables_of(result)
    return result


def _fitted_by(families: Collection[str]) -> list[dg.AssetKey] | None:
    """Keys of what these families fit; None for all of them."""
    if set(families) == set(ALL_FAMILIES):
        return None
    chosen = [family for family in FAMILIES if family.name in families]
    return [dg.AssetKey([SOURCE, table]) for family in chosen for table in family.fitted]


def _require_success(result: dg.ExecuteInProcessResult) -> None:
    """Raise the first failure of a job."""
    if not result.success:
        found = failures(result)
        raise RunError(found[0] if found else Bilingual("The run was stopped.", "运行被中止。"))


def _first_new_day(settings: Settings, day: date) -> date:
    built = last_build(settings)
    if built is None or built[0] >= day or (day - built[0]).days > LONGEST_RANGE_DAYS:
        return day
    return built[0] + timedelta(days=1)

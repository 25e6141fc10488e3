"""Every family of models as assets, from one factory: candidate, gate, release, daily scores.

The weekly ones carry the tag ``cadence: weekly`` and run in ``refit``; the gate between candidate
and release is a blocking check, so that a candidate that fails is never released.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project.defs.partitions import daily, range_as_one_run
from dagster_project.defs.python_tables import as_of, declared_spec, plots, python_spec
from dagster_project.defs.resources import HomeResource
from dagster_project.lib.dbt_project import dbt_project, manifest
from dagster_project.lib.models.candidate import Candidate
from dagster_project.lib.models.declared import declared_tables
from dagster_project.lib.models.families import FAMILIES
from dagster_project.lib.models.fitting import fit, release, score
from dagster_project.lib.models.spec import ModelSpec
from dagster_project.lib.translator import OWNER
from dagster_project.settings import load_settings

GROUP = "platform_support"
WEEKLY = {"cadence": "weekly"}
SHOWN_FIGURES = 60  # of a judgement on an asset's page; the table model_validation has them all
PARAMETER_COLUMNS = dg.TableSchema(
    [
        dg.TableColumn("release_id", "string", "Fit that the row belongs to (版本)"),
        dg.TableColumn("position", "bigint", "Order of the rows (序号)"),
        dg.TableColumn("component", "string", "Part of the model (组成部分)"),
        dg.TableColumn("stratum", "int", "Stratum of customers or series; -1: all (分层)"),
        dg.TableColumn("name", "string", "Parameter (参数)"),
        dg.TableColumn("index", "int", "Position in a vector (位置)"),
        dg.TableColumn("value", "double", "Value (数值)"),
        dg.TableColumn("text", "string", "Value in words (文本)"),
    ]
)

dbt_project()  # the manifest is there and current
_declared = declared_tables(manifest(load_settings()))


def key(table: str) -> dg.AssetKey:
    """Key of a table of this layer."""
    return dg.AssetKey([GROUP, table])


def _spec(table: str, description: str, **more: Any) -> dg.AssetSpec:
    return python_spec(key(table), description, GROUP, **more)


def _declared_spec(table: str, deps: list[dg.AssetKey], **more: Any) -> dg.AssetSpec:
    return declared_spec(_declared[table], GROUP, deps, **more)


def _reads(model: ModelSpec) -> list[dg.AssetKey]:
    return [dg.AssetKey(table.split(".")) for table in model.reads]


def candidate_asset(model: ModelSpec) -> dg.AssetsDefinition:
    """Fit the family; its gate blocks the release."""
    name = f"{model.name}_candidate"
    specs = [
        _spec(
            name,
            f"One row per parameter of the newest fit: {model.title_en} "
            f"({model.title_zh}，候选模型).",
            deps=_reads(model),
            tags=WEEKLY,
            metadata={"dagster/column_schema": PARAMETER_COLUMNS},
        ),
        _declared_spec(model.validations, _reads(model), tags=WEEKLY),
    ]
    if model.has_backtests:
        specs.append(_declared_spec(model.backtests, _reads(model), tags=WEEKLY))

    @dg.multi_asset(
        name=name,
        specs=specs,
        check_specs=[
            dg.AssetCheckSpec(
                f"{model.name}_passes_its_gate",
                asset=key(name),
                blocking=True,
                description="The candidate is good enough to replace the release (模型闸门).",
            )
        ],
        backfill_policy=range_as_one_run,
    )
    def candidate(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[Any]:
        settings = home.settings()
        fitted, counts = fit(settings, model, as_of(settings, context))
        for table in [spec.key.path[-1] for spec in specs]:
            metadata: dict[str, Any] = {"dagster/row_count": counts[table]}
            if table == name:
                metadata |= _judgement(fitted) | plots(fitted.plots)
            yield dg.MaterializeResult(key(table), metadata=metadata)
        yield dg.AssetCheckResult(
            asset_key=key(name),
            check_name=f"{model.name}_passes_its_gate",
            passed=fitted.verdict.decision != "rejected",
            metadata=_judgement(fitted),
        )

    return candidate


def release_asset(model: ModelSpec) -> dg.AssetsDefinition:
    """Make the candidate that passed the release."""

    @dg.asset(
        key=key(f"{model.name}_release"),
        deps=[key(f"{model.name}_candidate")],
        description=f"One row per parameter of the released fit: {model.title_en} "
        f"({model.title_zh}，已发布模型).",
        group_name=GROUP,
        owners=[OWNER],
        kinds={"python", "duckdb"},
        tags=WEEKLY,
        metadata={"dagster/column_schema": PARAMETER_COLUMNS},
        partitions_def=daily,
        backfill_policy=range_as_one_run,
    )
    def released(home: HomeResource) -> dg.MaterializeResult:
        rows = release(home.settings(), model)
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return released


def scored_asset(model: ModelSpec) -> dg.AssetsDefinition:
    """Score every day with the release."""
    others = [dg.AssetKey(table.split(".")) for table in model.scores_after]
    deps = [*_reads(model), key(f"{model.name}_release"), *others]

    @dg.multi_asset(
        name=f"{model.name}_scored",
        specs=[_declared_spec(table, deps) for table in model.scored],
        backfill_policy=range_as_one_run,
    )
    def scored(
        context: dg.AssetExecutionContext, home: HomeResource
    ) -> Iterator[dg.MaterializeResult]:
        settings = home.settings()
        for table, (rows, result) in score(settings, model, as_of(settings, context)).items():
            metadata: dict[str, Any] = {"dagster/row_count": rows} | plots(result.plots)
            if result.empty_because:
                metadata["empty_because"] = result.empty_because
            yield dg.MaterializeResult(key(table), metadata=metadata)

    return scored


def _judgement(fitted: Candidate) -> dict[str, Any]:
    """The verdict, and the figures behind it as a table."""
    names = ("model", "segment", "figure", "value", "against", "bar", "met")
    lines = [f"| {' | '.join(names)} |", "|---|---|---|--:|---|---|---|"]
    lines += [
        f"| {item.component} | {item.segment} | {item.metric} "
        f"| {'' if item.value is None else format(item.value, '.4g')} | {item.champion} "
        f"| {item.bar} | {'' if item.is_met is None else 'yes' if item.is_met else 'NO'} |"
        for item in fitted.validations[:SHOWN_FIGURES]
    ]
    return {
        "decision": fitted.verdict.decision,
        "reason": fitted.verdict.reason_en,
        "reason_zh": fitted.verdict.reason_zh,
        "figures": dg.MetadataValue.md("\n".join(lines)),
    }


@dg.definitions
def models() -> dg.Definitions:
    """The assets of every family."""
    makers = (candidate_asset, release_asset, scored_asset)
    return dg.Definitions(assets=[make(model) for model in FAMILIES for make in makers])

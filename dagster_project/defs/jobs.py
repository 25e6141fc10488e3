"""The jobs: the daily refresh, the weekly refit, and the two halves of a refresh around a refit."""

import dagster as dg

from dagster_project.defs.dbt_models import dbt_models

fitted = dg.AssetSelection.tag("cadence", "weekly")
decided_weekly = dg.AssetSelection.tag("decided", "weekly")
prepared = dg.AssetSelection.assets(dbt_models) | dg.AssetSelection.key_prefixes("landing")

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - fitted - decided_weekly,
    description="Land what was delivered, build and test the three layers, score with the "
    "released models, publish (每日刷新).",
)
refit = dg.define_asset_job(
    "refit",
    selection=fitted,
    description="Fit every family of models anew, and release those that pass their gate "
    "(每周重新拟合).",
)
prepare = dg.define_asset_job(
    "prepare",
    selection=prepared,
    description="The first half of a refresh: land, and build what needs no model (数据准备).",
)
finish = dg.define_asset_job(
    "finish",
    selection=dg.AssetSelection.all() - fitted - prepared,
    description="The second half of a refresh: score with the released models, take the weekly "
    "decisions anew, publish (评分与发布).",
)

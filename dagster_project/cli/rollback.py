"""``jiaofei rollback``: make an earlier snapshot current."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from dagster_project.cli.console import Home, Json, Lang, say
from dagster_project.lib.publication.history import rollback as go_back
from dagster_project.settings import load_settings


def rollback(
    snapshot: Annotated[
        str | None,
        typer.Argument(help="Snapshot to go back to (default: the one before the current)."),
    ] = None,
    home: Home = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Make an earlier published snapshot current, at once for every reader (回滚)."""
    chosen = go_back(load_settings(home), snapshot)
    if as_json:
        print(json.dumps({"snapshot_id": chosen.snapshot_id, "as_of": str(chosen.as_of)}))
        return
    say("current", lang, snapshot=chosen.snapshot_id)

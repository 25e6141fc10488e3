"""``jiaofei run``: land what is new, build the three layers, publish, show what matters."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.console import (
    Home,
    Json,
    Lang,
    output,
    progress,
    say,
    shown,
    table,
    warn,
)
from dagster_project.lib.publication.highlights import latest_channels
from dagster_project.settings import load_settings, use

DECIMALS = (1, 2, 2, 1, 1, 2)  # of share, cost, cost, on time, success, complaints


def run(
    deliveries: Annotated[
        Path | None,
        typer.Option(help="Folder of deliveries, or one file (default: the home's deliveries/)."),
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="Read with this source profile only; see `profiles`.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The declared today; later deliveries wait (default: the newest delivery's day).",
        ),
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build everything anew from the landed rows.")
    ] = False,
    refit: Annotated[
        bool,
        typer.Option(
            "--refit",
            help="Fit every family of models anew, even if none is due (重新拟合全部模型).",
        ),
    ] = False,
    home: Home = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Land what is new, build and test the three layers, publish a snapshot (运行)."""
    settings = load_settings(home)
    use(settings)
    logging.disable(logging.CRITICAL)  # Dagster stores its log with the run
    from dagster_project.lib.run import run_everything  # imports Dagster: seconds, for this only

    log = settings.home / "logs" / "run.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as handle, contextlib.redirect_stdout(handle):
        summary = run_everything(
            settings,
            deliveries=deliveries,
            profile=profile,
            as_of=as_of.date() if as_of else None,
            full_refresh=full_refresh,
            refit=refit,
            progress=progress,
        )
    for warning in summary.warnings:
        warn(warning)
    if as_json:
        print(json.dumps(dataclasses.asdict(summary), default=str, ensure_ascii=False))
        return
    if not summary.tables:
        say("nothing_new", lang)
    say(
        "landed",
        lang,
        as_of=summary.as_of,
        files=summary.files_landed,
        loaded=summary.rows_loaded,
        duplicate=summary.rows_duplicate,
        quarantined=summary.rows_quarantined,
        tables=len(summary.tables),
        seconds=summary.seconds,
    )
    say("published", lang, path=summary.snapshot_path)
    _show_channels(summary.snapshot_path, lang)


def _show_channels(snapshot: Path, lang: str | None) -> None:
    month, rows = latest_channels(snapshot)
    if month is None:
        say("no_payments", lang)
        return
    channels = table(
        (f"Channel efficiency, {month:%Y-%m}", "渠道效能"),
        [
            ("Channel", "渠道"), ("Payments", "笔数"), ("Share %", "占比"),
            ("Yuan\neach *", "单笔成本"), ("Per 100\nyuan *", "百元成本"),
            ("On\ntime %", "按时率"), ("Success\n%", "成功率"),
            ("Complaints\nper 10k", "万笔投诉"),
        ],
    )  # fmt: skip
    for channel, payments, *figures in rows:
        decimals = zip(figures, DECIMALS, strict=True)
        channels.add_row(channel, shown(payments), *(shown(*figure) for figure in decimals))
    output.print(channels)
    say("assumed", lang)

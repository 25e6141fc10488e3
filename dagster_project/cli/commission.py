"""``jiaofei commission what-if``: what other terms would bring; nothing is written."""

from __future__ import annotations

import json
from typing import Annotated, Any

import duckdb
import typer

from dagster_project.cli.console import Home, Json, Lang, is_chinese, language, output, say, table
from dagster_project.lib.warehouse.changes import last_build
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import Settings, load_settings

PATIENCE_SECONDS = 10.0  # a run that builds holds the warehouse for longer; then ask again
COLUMNS = [
    ("Channel", "渠道"), ("From\nyuan", "阶梯起点"), ("Rate %\nnow", "现行费率"),
    ("asked", "假设费率"), ("Fee\nnow", "现行每笔"), ("asked", "假设每笔"),
    ("Payments\nnow", "现行笔数"), ("expected", "预期笔数"), ("Commission\nnow", "现行酬金"),
    ("expected", "预期酬金"), ("Saving", "节约"),
]  # fmt: skip
SHOWN = (
    ("tier_from_yuan", 0), ("present_rate_pct", 2), ("proposed_rate_pct", 2),
    ("present_fixed_fee_yuan", 2), ("proposed_fixed_fee_yuan", 2), ("present_payments", 0),
    ("expected_payments", 0), ("present_commission_yuan", 0), ("expected_commission_yuan", 0),
    ("expected_saving_yuan", 0),
)  # fmt: skip

commission = typer.Typer(
    help="Commissions of the channels (酬金).", no_args_is_help=True, pretty_exceptions_enable=False
)


@commission.callback()
def _commands() -> None:
    """Commissions of the channels (酬金)."""


@commission.command("what-if")
def what_if(
    channel: Annotated[str, typer.Option(help="Channel whose terms are changed (渠道编码).")],
    rate: Annotated[
        float | None, typer.Option(min=0, max=100, help="Rate, in percent (费率).")
    ] = None,
    fixed_fee: Annotated[
        float | None, typer.Option(min=0, max=1000, help="Yuan per payment (每笔固定费).")
    ] = None,
    tier_from: Annotated[
        float | None,
        typer.Option(min=0, help="Only the tier that begins at this month volume (阶梯起点)."),
    ] = None,
    home: Home = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what other terms of one channel would bring in a year (酬金假设分析)."""
    if rate is None and fixed_fee is None:
        raise typer.BadParameter("name a new --rate or --fixed-fee (请指定 --rate 或 --fixed-fee)")
    settings = load_settings(home)
    if not settings.warehouse.exists() or last_build(settings) is None:
        say("not_built", lang, home=settings.home)
        raise typer.Exit(1)
    rows = _rows(settings, channel, rate, fixed_fee, tier_from)
    if as_json:
        print(json.dumps(rows, default=float, ensure_ascii=False))
        return
    _show(rows, lang)


def _rows(
    settings: Settings,
    channel: str,
    rate: float | None,
    fixed_fee: float | None,
    tier_from: float | None,
) -> list[dict[str, Any]]:
    """The rows of the changed schedule, from the warehouse as it was last built."""
    from dagster_project.lib.decisions.commission.books import declared_plan, read_books
    from dagster_project.lib.decisions.commission.what_if import what_if_rows
    from ml.commission import Change

    asked = Change(
        channel=channel, rate_pct=rate, fixed_fee_yuan=fixed_fee, tier_from_yuan=tier_from
    )
    built = last_build(settings)
    assert built
    with (
        writer_lock(settings, PATIENCE_SECONDS),
        duckdb.connect(str(settings.warehouse), read_only=True) as connection,
    ):
        books = read_books(connection, declared_plan(), built[0])
    rows: list[dict[str, Any]] = what_if_rows(books, [asked]).to_pylist()
    return rows


def _show(rows: list[dict[str, Any]], lang: str | None) -> None:
    listed = table(("What if, a year", "假设分析，一年"), COLUMNS)
    for row in rows:
        cells = [_shown(row[name], decimals) for name, decimals in SHOWN]
        listed.add_row(row["channel_code"], *cells)
    output.print(listed)
    first = rows[0]
    say(
        "what_if_saves",
        lang,
        saving=first["plan_saving_yuan"],
        low=first["plan_saving_low_yuan"],
        high=first["plan_saving_high_yuan"],
        worse=first["worse_probability"],
    )
    separator = "；" if is_chinese(lang) else "; "
    parts = [part for row in rows for part in row[f"assumptions_{language(lang)}"].split(separator)]
    say("what_if_assumes", lang, assumptions=separator.join(dict.fromkeys(parts)))


def _shown(value: float | None, decimals: int) -> str:
    return "–" if value is None else f"{value:,.{decimals}f}"

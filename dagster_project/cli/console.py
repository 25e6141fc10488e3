"""What the commands share: consoles, the common options, progress, the language of the headings."""

from __future__ import annotations

import locale
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

PIPED_WIDTH = 120  # columns, where there is no terminal to ask
output = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
errors = Console(stderr=True)

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Folder that holds everything a run keeps (default: JIAOFEI_HOME, else data/).",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Lang = Annotated[
    str | None,
    typer.Option("--lang", help="Language of headings: en or zh (default: the locale's)."),
]


def progress(line: str) -> None:
    """Print one finished piece of work."""
    errors.print(f"  [green]✓[/] {escape(line)}", highlight=False, soft_wrap=True)


def is_chinese(lang: str | None) -> bool:
    """Whether headings are Chinese."""
    if lang:
        return lang.lower().startswith("zh")
    return (locale.getlocale()[0] or "").startswith("zh")


def table(title: tuple[str, str], columns: list[tuple[str, str]], lang: str | None) -> Table:
    """An empty table; title and columns are pairs of English and Chinese."""
    chosen = int(is_chinese(lang))
    result = Table(title=title[chosen], title_justify="left")
    for position, names in enumerate(columns):
        is_name = position == 0
        result.add_column(names[chosen], justify="left" if is_name else "right", no_wrap=is_name)
    return result


def shown(value: Any) -> str:
    """A cell: a dash for nothing, thousands apart."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else str(value)

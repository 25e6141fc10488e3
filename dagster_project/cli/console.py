"""What the commands share: consoles, the common options, progress, the language, tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.table import Table

from dagster_project.cli.messages import message
from dagster_project.lib.deliveries.messages import Language

PIPED_WIDTH = 120  # characters of a line that goes to a file
NARROW = 100  # characters; a narrower terminal gets narrower tables


def _console(stderr: bool = False) -> Console:
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=PIPED_WIDTH)


output = _console()
errors = _console(stderr=True)

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
    typer.Option(
        "--lang",
        help="Language of the sentences: en or zh (default: the locale's).",
        envvar=["LC_ALL", "LC_MESSAGES", "LANG"],
        show_envvar=False,
        callback=lambda lang: _remember(lang),
    ),
]
_chosen: dict[str, Language] = {"language": "en"}  # for errors, which no command can hand on


def _remember(lang: str | None) -> str | None:
    _chosen["language"] = language(lang)
    return lang


def chosen_language() -> Language:
    """The language of the command that is running."""
    return _chosen["language"]


def language(lang: str | None) -> Language:
    """The language of sentences; ``lang`` is an option or a locale such as zh_CN.UTF-8."""
    return "zh" if (lang or "").lower().startswith("zh") else "en"


def progress(line: str) -> None:
    """Print one finished piece of work, or a check that it failed."""
    mark = "[yellow]![/]" if line.startswith("check failed") else "[green]✓[/]"
    errors.print(f"  {mark} {escape(line)}", highlight=False, soft_wrap=True)


def is_chinese(lang: str | None) -> bool:
    """Whether sentences are Chinese."""
    return language(lang) == "zh"


def warn(text: str) -> None:
    """Print a warning, beside what is printed for scripts."""
    errors.print(f"[yellow]![/] {escape(text)}", highlight=False, soft_wrap=True)


def say(key: str, lang: str | None, **values: Any) -> None:
    """Print a sentence of ``messages`` in the chosen language."""
    text = escape(message(key, is_chinese(lang), **values))
    output.print(text, highlight=False, soft_wrap=True)


def table(title: tuple[str, str], columns: list[tuple[str, str]], texts: int = 1) -> Table:
    """An empty table; title and columns are pairs of English and Chinese, and both are shown.

    The first ``texts`` columns are texts, the others numbers.
    """
    result = Table(
        title=f"{title[0]} ({title[1]})",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, int(output.width > NARROW), 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    for position, names in enumerate(columns):
        justify: JustifyMethod = "left" if position < texts else "right"
        result.add_column(
            "\n".join(names),
            justify=justify,
            overflow="fold",
            no_wrap=position == 0,
        )
    return result


def shown(value: Any, decimals: int | None = None) -> str:
    """A cell: a dash for nothing, thousands apart, as many decimals as are asked for."""
    if value is None:
        return "–"
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    return f"{value:,}" if isinstance(value, int) else escape(str(value))

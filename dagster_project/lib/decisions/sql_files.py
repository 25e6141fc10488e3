"""SQL that lies beside a decision, of one file or of several that hold one idea each."""

from __future__ import annotations

import re
from pathlib import Path

PART = re.compile(r"^( *)\{(\w+)\}$", re.MULTILINE)  # a line of its own: another file's query


def sql_text(folder: Path, name: str) -> str:
    """Text of ``<name>.sql``; a line ``{part}`` stands for the query in ``<name>_<part>.sql``.

    The parts are put in as text, so that the engine plans the whole as one statement.

    Raises:
        FileNotFoundError: a part has no file.
    """
    text = (folder / f"{name}.sql").read_text(encoding="utf-8")

    def filled(found: re.Match[str]) -> str:
        part = (folder / f"{name}_{found[2]}.sql").read_text(encoding="utf-8")
        lines = (found[1] + line if line else line for line in part.splitlines())
        return "\n".join(lines)

    return PART.sub(filled, text)

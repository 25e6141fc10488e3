"""Reading a message back that may hold both languages: English first, Chinese after, as many lines.

What libraries say (dbt, DuckDB, the operating system) is of one language and stays whole.
"""

from __future__ import annotations

import re

from dagster_project.lib.deliveries.messages import Bilingual, in_language

CHINESE = re.compile("[\u4e00-\u9fff]")


def both(message: str) -> Bilingual:
    """The message in each language; the same text twice when it has only one."""
    lines = message.splitlines()
    second = lines[len(lines) // 2 :]
    if not lines or len(lines) % 2 or not all(CHINESE.search(line) for line in second):
        return Bilingual(message, message)
    return Bilingual(in_language(message, "en"), in_language(message, "zh"))

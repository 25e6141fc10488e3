"""What a picture of a table declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TablePlot:
    """One picture on the page of ``table``; ``query`` gives the frame that is drawn, in order."""

    table: str  # of the published layer
    title: str  # in both languages; words inside a picture are English, for fonts
    query: str
    draw: Callable[[pd.DataFrame], str]  # frame -> Markdown

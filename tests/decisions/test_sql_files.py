"""SQL of several files is put together as text, at the indent of its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dagster_project.lib.decisions.sql_files import PART, sql_text
from dagster_project.settings import PROJECT_ROOT

ALONE = ("followups_unfounded",)  # queries of their own
DECISIONS = PROJECT_ROOT / "dagster_project" / "lib" / "decisions"


def test_a_part_stands_where_it_is_named_with_its_indent(tmp_path: Path) -> None:
    (tmp_path / "whole.sql").write_text("with a as (\n    {inner}\n)\n\nfrom a\n", "utf-8")
    (tmp_path / "whole_inner.sql").write_text("select 1 as x\n\nlimit 1\n", "utf-8")
    assert sql_text(tmp_path, "whole") == (
        "with a as (\n    select 1 as x\n\n    limit 1\n)\n\nfrom a\n"
    )


def test_a_part_without_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "whole.sql").write_text("{missing}\n", "utf-8")
    with pytest.raises(FileNotFoundError, match=re.escape("whole_missing.sql")):
        sql_text(tmp_path, "whole")


@pytest.mark.parametrize(
    "name",
    [
        "service/followups", "guidance/own_channels", "guidance/customers", "guidance/relief",
        "uplift/features",
    ],
)  # fmt: skip
def test_a_query_of_several_files_is_short_in_each_and_uses_all(name: str) -> None:
    whole = DECISIONS / f"{name}.sql"
    parts = {found[1] for found in PART.findall(whole.read_text(encoding="utf-8"))}
    files = [path for path in whole.parent.glob(f"{whole.stem}_*.sql") if path.stem not in ALONE]
    assert {path.stem.removeprefix(f"{whole.stem}_") for path in files} == parts
    for path in [whole, *files]:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 80, path.name

"""When the dbt project is parsed again."""

from __future__ import annotations

from pathlib import Path

from dagster_project.lib import dbt_project
from dagster_project.settings import Settings


def test_a_manifest_made_of_other_files_is_stale_however_new_it_is(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.dbt_target.mkdir()
    manifest = settings.dbt_target / "manifest.json"
    parsed = settings.dbt_target / dbt_project.PARSED
    assert dbt_project._is_stale(settings, manifest)
    manifest.write_text("{}", encoding="utf-8")
    assert dbt_project._is_stale(settings, manifest)
    parsed.write_text("of other files", encoding="utf-8")
    assert dbt_project._is_stale(settings, manifest)
    parsed.write_text(dbt_project.fingerprint(settings), encoding="utf-8")
    assert not dbt_project._is_stale(settings, manifest)

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
    parsed.write_text(f"elsewhere\n{dbt_project.fingerprint(settings)}", encoding="utf-8")
    assert dbt_project._is_stale(settings, manifest)
    parsed.write_text(dbt_project._parsed_from(settings), encoding="utf-8")
    assert not dbt_project._is_stale(settings, manifest)


def test_a_project_that_was_moved_forgets_what_dbt_kept_of_its_old_place(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.dbt_build.mkdir(parents=True)
    kept = settings.dbt_build / "partial_parse.msgpack"
    for place, is_kept in ((settings.dbt_project, True), ("elsewhere", False)):
        kept.write_bytes(b"")
        (settings.dbt_target / dbt_project.PARSED).write_text(f"{place}\nx", encoding="utf-8")
        dbt_project._forget_another_place(settings)
        assert kept.exists() is is_kept

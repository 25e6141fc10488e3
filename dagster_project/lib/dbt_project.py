"""The dbt project as Dagster sees it: prepared when its manifest is missing or stale.

``prepare_if_dev`` acts under ``dagster dev`` only, and a manifest older than the models fails a run
with a bare ``KeyError``, so the manifest is checked here wherever the definitions are loaded.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from dagster_dbt import DbtProject

from dagster_project.settings import Settings, load_settings

PARSE_LOCK = ".parse.lock"
PARSED = "parsed.fingerprint"  # of the files that the manifest was made of
PARTIAL_PARSE = "partial_parse.msgpack"  # what dbt keeps of a parse
SOURCE_ENDINGS = (".sql", ".yml", ".yaml", ".csv")


DBT = str(Path(sys.executable).with_name("dbt"))  # of this environment, whatever the PATH says


class DbtParseError(RuntimeError):
    """dbt cannot read its project; the message holds what dbt says."""


@cache
def dbt_project() -> DbtProject:
    """The project of the current home, its manifest up to date."""
    settings = load_settings()
    project = DbtProject(
        project_dir=settings.dbt_project,
        profiles_dir=settings.dbt_project,
        target_path=settings.dbt_target,
    )
    with _one_at_a_time(settings):
        if _is_stale(settings, project.manifest_path):
            _parse(settings)
    return project


def manifest(settings: Settings) -> dict[str, Any]:
    """Dbt's manifest of the home, as last parsed; shared, so nobody may change it."""
    path = settings.dbt_target / "manifest.json"
    written = path.stat()
    return _read_once(path, written.st_mtime_ns, written.st_size)


@lru_cache(maxsize=1)
def _read_once(path: Path, written_ns: int, size: int) -> dict[str, Any]:
    """Megabytes that some forty tables of a run ask for; read anew when they are written anew."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def fingerprint(settings: Settings) -> str:
    """Changes with any change of a dbt file: a warehouse built by other code is built anew."""
    digest = hashlib.sha256()
    for path in _sources(settings):
        digest.update(path.relative_to(settings.dbt_project).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def is_parsed(settings: Settings) -> bool:
    """Whether the manifest of the home is of the files as they are."""
    return not _is_stale(settings, settings.dbt_target / "manifest.json")


def share_parse(settings: Settings, target: Path) -> None:
    """Let a build that has none start from the home's parse; without it dbt parses everything."""
    ours, its = (folder / PARTIAL_PARSE for folder in (settings.dbt_target, target))
    if ours.exists() and not its.exists():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ours, its)


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    """Let one process parse: another would read, or write over, a half-written manifest."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / PARSE_LOCK).open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sources(settings: Settings) -> list[Path]:
    ours = ("models", "macros", "seeds", "tests")
    found = [settings.dbt_project / "dbt_project.yml", settings.dbt_project / "profiles.yml"]
    for folder in ours:
        found += (settings.dbt_project / folder).rglob("*")
    return sorted(path for path in found if path.suffix in SOURCE_ENDINGS)


def _is_stale(settings: Settings, manifest_path: Path) -> bool:
    """By content: the files of a copied home, or of an older checkout, have times that mislead."""
    parsed = settings.dbt_target / PARSED
    if not (manifest_path.exists() and parsed.exists()):
        return True
    return parsed.read_text(encoding="utf-8") != _parsed_from(settings)


def _parsed_from(settings: Settings) -> str:
    """Place and content of the files that dbt reads."""
    return f"{settings.dbt_project}\n{fingerprint(settings)}"


def _forget_another_place(settings: Settings) -> None:
    """What dbt keeps of a parse names the seeds by the place where the project then lay."""
    parsed = settings.dbt_target / PARSED
    kept = parsed.read_text(encoding="utf-8") if parsed.exists() else ""
    if kept.split("\n")[0] != str(settings.dbt_project):
        for path in settings.dbt_target.rglob(PARTIAL_PARSE):
            path.unlink()


def _parse(settings: Settings) -> None:
    settings.dbt_target.mkdir(parents=True, exist_ok=True)
    read = _parsed_from(settings)  # before, so that a file changed meanwhile is parsed again
    _forget_another_place(settings)
    finished = subprocess.run(
        [
            DBT, "parse", "--quiet",
            "--project-dir", str(settings.dbt_project),
            "--profiles-dir", str(settings.dbt_project),
            "--target-path", str(settings.dbt_target),
            "--log-path", str(settings.dbt_target / "logs"),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if finished.returncode:
        raise DbtParseError(
            f"dbt cannot parse {settings.dbt_project.name}/: {finished.stdout}{finished.stderr}"
        )
    (settings.dbt_target / PARSED).write_text(read, encoding="utf-8")

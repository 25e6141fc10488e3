"""Which code a model was fitted and scored by: a release of other code is fitted anew."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT

FOLDERS = (
    "ml/payment_timing",
    "ml/segmentation",
    "ml/forecasting",
    "ml/fuzzy_evaluation",
    "dagster_project/lib/models",
    "dagster_project/declarations/evaluation",
)
ENDINGS = (".py", ".sql", ".yaml")


@cache
def models_fingerprint() -> str:
    """Changes with any change of the code of the fitted families, and of nothing else in ml."""
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((PROJECT_ROOT / folder).rglob("*")):
            if path.suffix in ENDINGS:
                digest.update(_identified(path))
    return digest.hexdigest()[:16]


def code_mark() -> str:
    """The end of a release's id that tells which code fitted it."""
    return models_fingerprint()[:6]


def _identified(path: Path) -> bytes:
    return path.relative_to(PROJECT_ROOT).as_posix().encode() + path.read_bytes()

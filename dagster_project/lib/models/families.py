"""The families of models, and what each reads and writes; adapters import ``ml`` when called."""

from __future__ import annotations

from dagster_project.lib.models.spec import ModelSpec

FAMILIES: tuple[ModelSpec, ...] = ()

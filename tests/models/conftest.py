"""One fake family on a home of its own per test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.fake_family import FakeFamily, declare


@pytest.fixture
def family(tmp_path: Path) -> FakeFamily:
    """A family that promotes what it fits."""
    return FakeFamily(declare(tmp_path))

"""One fit for all tests that only read it."""

from __future__ import annotations

import pytest

from ml.segmentation import Effort, FittedSegmentation, fit_segmentation
from tests.ml.segmentation.customers import customers

QUICK = Effort(rounds=4, resample=1000, silhouette_points=500)


@pytest.fixture(scope="session")
def fitted() -> FittedSegmentation:
    """A release fitted on four well-separated kinds."""
    found = fit_segmentation(customers(), candidates=(3, 4, 5), effort=QUICK)
    assert isinstance(found, FittedSegmentation)
    return found

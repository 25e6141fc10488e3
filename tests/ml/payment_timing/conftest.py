"""One fitted world for all tests of the package: fitting is what takes the time."""

from __future__ import annotations

import pytest

from ml.payment_timing.fitted import FittedTiming, fit
from ml.payment_timing.rolling import Origin
from tests.ml.payment_timing.world import STRATA, origins, world


@pytest.fixture(scope="session")
def seen_origins() -> list[Origin]:
    """Seven origins of 400 customers, the last one kept from the fit."""
    return origins(world(400, seed=5), 7)


@pytest.fixture(scope="session")
def fitted(seen_origins: list[Origin]) -> FittedTiming:
    """A fit on all origins but the last."""
    found = fit(seen_origins[:-1], STRATA)
    assert isinstance(found, FittedTiming)
    return found

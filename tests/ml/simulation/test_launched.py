"""A launched campaign moves the payments of its members after its start, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.simulation import write_province
from ml.simulation.codes import HOLDOUT, RANDOM_DAY, WINDOW
from ml.simulation.people.launched import LaunchedCampaign

SIZE = {
    "customers": 1500,
    "months": 5,
    "seed": 7,
    "last_day": date(2025, 12, 31),
    "fault_rate": 0.0,
}
STARTS_ON, ENDS_ON = date(2025, 11, 1), date(2025, 12, 10)
POINTS = (30.0, 20.0, 0.0)  # large, so that few customers show them
KEY = ["payment_no", "customer_no", "paid_at", "amount_yuan", "payment_status"]


def _payments(folder: Path) -> pd.DataFrame:
    files = sorted(folder.glob("payments_*.csv"))
    return pd.concat([pd.read_csv(path, dtype=str) for path in files], ignore_index=True)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("without")
    write_province(folder / "deliveries", folder / "truth", **SIZE)
    return folder


@pytest.fixture(scope="module")
def launched(without: Path) -> LaunchedCampaign:
    people = pd.read_parquet(without / "truth" / "customers.parquet")
    numbers = people["customer_no"].astype(np.int64).to_numpy()[:1200]
    arm = np.arange(len(numbers)) % 3
    contact = np.datetime64("2025-11-03") + np.arange(len(numbers)) % 10
    contact[arm == HOLDOUT] = np.datetime64("NaT")
    return LaunchedCampaign(
        "OWN-1", "app", STARTS_ON, ENDS_ON, numbers, arm.astype(np.int8), contact, POINTS
    )


@pytest.fixture(scope="module")
def with_it(tmp_path_factory: pytest.TempPathFactory, launched: LaunchedCampaign) -> Path:
    folder = tmp_path_factory.mktemp("with_it")
    write_province(folder / "deliveries", folder / "truth", launched=launched, **SIZE)
    return folder


def test_files_before_the_start_are_the_same_bytes(without: Path, with_it: Path) -> None:
    before = [
        path
        for path in sorted((without / "deliveries").iterdir())
        if path.stem.split("_")[-1] <= "202510" or path.stem.endswith("20250731")
    ]
    assert len(before) > 20
    for path in before:
        assert path.read_bytes() == (with_it / "deliveries" / path.name).read_bytes(), path.name


def test_only_channel_and_means_of_contacted_members_change(
    without: Path, with_it: Path, launched: LaunchedCampaign
) -> None:
    first, second = _payments(without / "deliveries"), _payments(with_it / "deliveries")
    pd.testing.assert_frame_equal(first[KEY], second[KEY])
    changed = second[first["channel_code"] != second["channel_code"]]
    assert set(changed["channel_code"]) == {"app"}
    contacted = {f"{number:010}" for number in launched.customer_no[launched.arm != HOLDOUT]}
    assert set(changed["customer_no"]) <= contacted
    assert changed["paid_at"].min() >= "2025-11-03"


def test_the_realised_effect_is_the_planned_one_and_none_in_the_holdout(with_it: Path) -> None:
    truth = pd.read_parquet(with_it / "truth" / "campaign_effects.parquet")
    realised = truth[truth["campaign_code"] == "OWN-1"].set_index("arm")["realised_points"]
    assert realised["holdout"] == 0
    for arm, name in ((WINDOW, "window"), (RANDOM_DAY, "random_day")):
        assert realised[name] == pytest.approx(POINTS[arm], abs=12)  # 400 members
    contacts = pd.concat(
        pd.read_csv(path) for path in (with_it / "deliveries").glob("campaign_contacts_*.csv")
    )
    own = contacts[contacts["campaign_code"] == "OWN-1"]
    assert set(own["contact_event"]) <= {"contacted", "delivered", "opened", "opted_out"}
    assert own["arm"].isna().all()


def test_a_creative_multiplies_the_planned_effect(
    tmp_path: Path, launched: LaunchedCampaign
) -> None:
    code = np.where(launched.arm == HOLDOUT, "", np.where(np.arange(1200) % 2, "plain", "saving"))
    effects = {"plain": 0.2, "saving": 1.8}
    stated = replace(launched, creative=code.tolist(), creative_effects=effects)
    write_province(tmp_path / "deliveries", tmp_path / "truth", launched=stated, **SIZE)
    truth = pd.read_parquet(tmp_path / "truth" / "creative_effects.parquet")
    realised = truth.set_index("creative")["realised_points"]
    assert truth["members"].sum() == (launched.arm != HOLDOUT).sum()
    for name, times in effects.items():
        assert realised[name] == pytest.approx(times * np.mean(POINTS[:2]), abs=12)


def test_a_customer_of_another_province_is_refused(
    tmp_path: Path, launched: LaunchedCampaign
) -> None:
    other = LaunchedCampaign(**{**vars(launched), "customer_no": launched.customer_no + 1})
    with pytest.raises(ValueError, match="not of this province"):
        write_province(tmp_path / "deliveries", tmp_path / "truth", launched=other, **SIZE)

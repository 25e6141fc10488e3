"""Whole runs on real input; the figures are those of the data sets' descriptions."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.builders import SHARED, needs_real_data
from tests.deliveries.test_real_input import DIARY, ENCODINGS
from tests.integration.runs import business_tables, finish, published, run, start

pytestmark = needs_real_data


def test_the_four_encodings_publish_identical_tables(tmp_path: Path) -> None:
    for pair in (ENCODINGS[:2], ENCODINGS[2:]):  # two at a time, for two cores
        processes = [
            start(
                tmp_path / file, "run", "--profile", "electricity_households",
                "--deliveries", str(SHARED / "electricity_households" / file),
            )
            for file in pair
        ]  # fmt: skip
        for process in processes:
            finish(process)
    tables = [business_tables(tmp_path / file, but=("delivery_ledger",)) for file in ENCODINGS]
    assert tables[1:] == tables[:1] * 3
    home = tmp_path / ENCODINGS[0]
    groups = published(
        home, "select value_group_zh, count(*) from business_application.customer_payment_profile "
        "group by 1",
    )  # fmt: skip
    assert dict(groups) == {"高价值": 41, "潜力": 4, "大众": 29, "低价值": 26}
    [(customers, payments, amount)] = published(
        home, "select count(*), sum(payments), sum(amount_yuan) "
        "from business_application.customer_payment_profile",
    )  # fmt: skip
    assert (customers, payments, amount) == (100, 664, Decimal("70524.00"))


def test_the_diary_is_published_by_channel_and_says_what_it_lacks(tmp_path: Path) -> None:
    run(
        tmp_path, "run", "--profile", "payment_diary", "--deliveries", str(SHARED / "payment_diary")
    )
    table = "business_application.channel_efficiency"
    by_channel = published(tmp_path, f"select channel_code, sum(payments) from {table} group by 1")
    assert dict(by_channel) == DIARY
    [(costs, on_time, complaints)] = published(
        tmp_path,
        f"select count(all_in_cost_yuan) filter (channel_code not in ('app')), count(on_time_pct),"
        f" count(complaints) from {table}",
    )
    assert (costs, on_time, complaints) == (0, 0, 0)
    [(reasons,)] = published(
        tmp_path, f"select count(*) from {table} where not_available not like '%bills%'"
    )
    assert reasons == 0
    [(customers, payments)] = published(
        tmp_path,
        "select count(*), sum(payments) from business_application.customer_payment_profile",
    )
    assert payments == 1371  # the payment of zero is in channel_efficiency, but is no event
    assert customers > 700

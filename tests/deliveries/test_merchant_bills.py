"""The public bills of two merchants, read by profiles alone."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path

from dagster_project.lib.deliveries.session import land_deliveries
from dagster_project.settings import load_settings
from tests.builders import (
    AS_OF,
    SHARED,
    assert_balanced,
    counts,
    land,
    ledger,
    needs_real_data,
    query,
)

pytestmark = needs_real_data
BILLS = SHARED / "merchant_bills"
WECHAT, ALIPAY = "wechat_trade_20210128.csv", "alipay_trade_20190916_gbk.csv"
SUMS = (
    "select count(*), sum(amount_yuan), sum(fee_yuan), min(settled_on)::varchar from {settlements}"
)
REFUND = (
    "`2021-01-28 18:00:00,`a,`b,`0,`,`42,`S20210128170702357723,`u,`NATIVE,`REFUND,`OTHERS,`CNY,"
    "`0.00,`0.00,`50,`R1,`0.01,`0.00,`ORIGINAL,`SUCCESS,`tea, `cup,`,`-0.01000,`1.00%,`0.00,`0.01,`"
)


def test_both_bills_are_recognised_and_balance(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    land_deliveries(settings, as_of=AS_OF, folder=BILLS)
    assert_balanced(tmp_path)
    entries = ledger(tmp_path)
    assert {name: e["profile"] for name, e in entries.items()} == {
        WECHAT: "wechat_trade", ALIPAY: "alipay_trade"
    }  # fmt: skip
    assert (counts(entries[WECHAT]), counts(entries[ALIPAY])) == ((3, 3, 0, 0), (10, 10, 0, 0))


def test_the_wechat_bill_gives_its_own_totals(tmp_path: Path) -> None:
    land(tmp_path, {WECHAT: (BILLS / WECHAT).read_bytes()})
    assert query(tmp_path, SUMS) == [(3, Decimal("0.03"), Decimal(0), "2021-01-28")]


def test_a_wechat_refund_takes_off_and_has_its_own_number(tmp_path: Path) -> None:
    text = (BILLS / WECHAT).read_text()
    old = "`3,`0.03,`0.00,`0.00,`0.00000,`0.03,`0.00"
    assert old in text
    text = text.replace(old, "`4,`0.03,`0.01,`0.00,`-0.01000,`0.03,`0.01")
    text = text.replace("总交易单数", REFUND + "\n总交易单数", 1)
    land(tmp_path, {WECHAT: text})
    assert counts(ledger(tmp_path)[WECHAT]) == (4, 4, 0, 0)
    assert query(tmp_path, SUMS) == [(4, Decimal("0.02"), Decimal("-0.01"), "2021-01-28")]
    assert query(tmp_path, "select count(distinct payment_id) from {settlements}") == [(4,)]


def test_a_wechat_bill_that_was_cut_off_is_not_loaded(tmp_path: Path) -> None:
    lines = (BILLS / WECHAT).read_text().splitlines()
    land(tmp_path, {WECHAT: "\n".join(lines[:3]) + "\n"})
    assert ledger(tmp_path)[WECHAT]["quarantine_reasons"] == "missing_footer=2"


def test_the_alipay_bill_gives_its_own_totals_with_refunds_negative(tmp_path: Path) -> None:
    land(tmp_path, {ALIPAY: (BILLS / ALIPAY).read_bytes()})
    sums = query(
        tmp_path,
        "select amount_yuan < 0, count(*), sum(amount_yuan) from {settlements} group by 1 "
        "order by 1",
    )
    assert sums == [(False, 6, Decimal("0.06")), (True, 4, Decimal("-0.04"))]
    assert query(tmp_path, "select count(distinct payment_id) from {settlements}") == [(10,)]


def test_the_details_are_found_in_the_archive_that_alipay_makes(tmp_path: Path) -> None:
    packed = io.BytesIO()
    names = {"d" * 8: "业务明细", "s" * 14: "业务明细(汇总)"}
    with zipfile.ZipFile(packed, "w") as archive:
        for stand_in in names:
            archive.writestr(f"{stand_in}.csv", (BILLS / ALIPAY).read_bytes())
    content = packed.getvalue()
    for stand_in, name in names.items():  # in GBK without the flag for UTF-8, as Alipay writes them
        content = content.replace(stand_in.encode(), name.encode("gbk"))
    file = "20880211096256330156_20190916.csv.zip"
    land(tmp_path, {file: content})
    assert_balanced(tmp_path)
    assert counts(ledger(tmp_path)[file]) == (10, 10, 0, 0)

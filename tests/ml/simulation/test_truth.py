"""What the truth says is what the files show: faults, delays, fees, campaign effects."""

from __future__ import annotations

import json
import math

import pytest

TARGET_PAID = """
    with member as (
        select campaign_code, customer_no, arm from campaign_contacts
        where contact_event = 'assigned'
    ),
    outcome as (
        select campaign_code, arm, member.customer_no,
            coalesce(bool_or(payments.channel_code = target_channel_code), false)::int as paid
        from member join campaigns using (campaign_code)
        left join payments on payments.customer_no = member.customer_no
            and payment_status = 'success' and paid_at[:10] between starts_on and ends_on
        group by all
    )
    select campaign_code, arm, count(*), 100 * avg(paid), 10000 * var_samp(paid) / count(*)
    from outcome group by all
"""


@pytest.fixture(scope="module")
def campaigns(written):
    return written(customers=60_000, months=7, fault_rate=0)


def test_holdout_difference_recovers_the_planted_effect(campaigns) -> None:
    arms = {(code, arm): row for code, arm, *row in campaigns.query(TARGET_PAID)}
    effects = campaigns.query(
        "select campaign_code, arm, realised_points from true_campaign_effects "
        "where arm <> 'holdout'"
    )
    assert len(effects) == 4
    for code, arm, truth in effects:
        _, share, variance = arms[code, arm]
        _, held_out, held_variance = arms[code, "holdout"]
        assert share - held_out == pytest.approx(truth, abs=4 * math.sqrt(variance + held_variance))


def test_realised_effects_are_near_the_planned_ones(campaigns) -> None:
    effects = campaigns.query("""
        select arm, sum(members * realised_points) / sum(members), any_value(planned_points),
            sum(members) from true_campaign_effects group by arm
    """)
    for _arm, realised, planned, members in effects:
        sampling = 100 * math.sqrt(max(planned, 1e-9) / 100 / members)
        assert realised == pytest.approx(planned, abs=4 * sampling)


def test_a_fifth_of_every_audience_is_held_out_and_never_contacted(campaigns) -> None:
    share = (
        "select avg((arm = 'holdout')::int) from campaign_contacts where contact_event = 'assigned'"
    )
    assert campaigns.value(share) == pytest.approx(0.2, abs=0.02)
    contacts = "select distinct contact_event from campaign_contacts where arm = 'holdout'"
    assert campaigns.query(contacts) == [("assigned",)]


def test_one_campaign_states_two_creatives_drawn_for_whoever_is_contacted(campaigns) -> None:
    stated = campaigns.query("""
        select campaign_code, arm, coalesce(content_code, ''), count(*) from campaign_contacts
        where contact_event = 'assigned' group by all
    """)
    counts = {(code, arm, creative): n for code, arm, creative, n in stated if creative}
    assert {code for code, _, _ in counts} == {"C2-PUSH-APP"}
    assert {arm for _, arm, _ in counts} == {"window", "random_day"}
    for arm in ("window", "random_day"):
        one, other = (counts["C2-PUSH-APP", arm, code] for code in ("plain", "saving"))
        assert abs(one - other) < 4 * math.sqrt(one + other)


def test_delays_are_in_the_order_of_the_segments(clean) -> None:
    medians = dict(
        clean.query("""
            select segment, median(date_diff('day', issued_on::date, paid_at[:10]::date))
            from payments join bills using (bill_no, customer_no)
            join true_customers using (customer_no)
            where payment_status = 'success' and channel_code <> 'bank_withholding' group by segment
        """)
    )
    assert 1 < medians["prompt"] < 6
    assert medians["prompt"] < medians["salary_day"] < medians["late"]
    assert medians["prompt"] < medians["reminder_driven"] < medians["late"]
    assert 20 < medians["late"] < 32


def test_faults_come_at_the_stated_rate(faulty) -> None:
    for source in ("payments", "bills"):
        planted = faulty.value(f"select count(*) from true_faults where file like '{source}%'")
        rows = faulty.report.rows[source] - planted
        assert planted == pytest.approx(0.02 * rows, rel=0.05)


def test_every_kind_of_fault_occurs_in_the_payments(faulty) -> None:
    kinds = faulty.value("select count(distinct kind) from true_faults where file like 'payments%'")
    assert kinds == 10


def test_fault_lines_are_the_lines_of_the_faults(faulty) -> None:
    marks = {
        "negative_amount": ",-", "text_in_amount": "十二元", "impossible_date": "2025-02-30",
        "future_date": "2099-01-01", "unknown_channel": "pigeon_post",
        "too_many_fields": ",surplus,", "unknown_customer": ",99000", "missing_customer": ",,",
    }  # fmt: skip
    files: dict[str, list[str]] = {}
    for name, line, kind in faulty.truth_of_faults():
        if not name.startswith("payments"):
            continue
        if name not in files:
            files[name] = (faulty.folder / name).read_text(encoding="utf-8").splitlines()
        if kind in marks:
            assert marks[kind] in files[name][line - 1]
        elif kind == "duplicate_in_file":
            assert files[name].count(files[name][line - 1]) >= 2


def test_wrong_fees_are_the_fees_in_the_files(clean) -> None:
    checked = clean.query("""
        select fee_yuan::decimal(18, 2) * 100 = fee_fen, fee_fen <> right_fee_fen
        from true_wrong_fees join settlements using (order_no)
    """)
    assert checked
    assert set(checked) == {(True, True)}


def test_parameters_name_unit_and_reason_of_every_assumption(clean) -> None:
    text = (clean.truth_folder / "parameters.json").read_text(encoding="utf-8")
    parameters = json.loads(text)
    assert parameters["run"]["customers"] == 4_000
    for name, item in parameters["assumptions"].items():
        assert item["unit"], name
        assert item["reason"], name
        assert item["is_assumption"], name

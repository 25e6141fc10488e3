"""The linter holds the layout of the house; ``make lint`` runs it over the models themselves."""

import pytest
import sqlfluff

from dagster_project.settings import PROJECT_ROOT


def _rules_broken(sql: str) -> set[str]:
    found = sqlfluff.lint(sql, config_path=str(PROJECT_ROOT / ".sqlfluff"))
    return {violation["code"] for violation in found}


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("select\ncustomer_id,\nchannel_code\nfrom payments\n", "LT02"),
        ("select\n    a.b,\n    c.d\nfrom a\nleft join c\n        on a.e = c.e\n", "LT02"),
        ("SELECT a\nfrom b\n", "CP01"),
        (f"select\n    {'a' * 90},\n    b\nfrom c\n", "LT05"),
    ],
)
def test_a_line_that_breaks_the_layout_is_refused(sql: str, rule: str) -> None:
    assert rule in _rules_broken(sql)


def test_the_layout_of_the_house_is_let_through() -> None:
    sql = (
        "with payments as (\n    select * from fact\n)\n\n"
        "select\n    channels.channel_family,\n    count(*) as payments\nfrom payments\n"
        "left join channels\n    on payments.channel_code = channels.channel_code\n"
        "    and payments.paid_on >= channels.valid_from\ngroup by channels.channel_family\n"
    )
    assert _rules_broken(sql) == set()

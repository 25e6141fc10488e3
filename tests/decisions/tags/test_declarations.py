"""Declarations: those of the project can be used, and mistakes are named by file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dagster_project.lib.decisions.tags.readable import MODELLED, Columns
from dagster_project.lib.decisions.tags.reading import load_tags
from dagster_project.lib.decisions.tags.sentences import FAULTS, TagError
from dagster_project.settings import Settings
from tests.decisions.tags.conftest import World, declared, tag

GOOD = """tags:
  - code: loyal
    title: {en: Loyal, zh: 忠诚}
    kind: rule
    rule: >-
      customer_payment_profile.payments >= 3
      and customer_payment_profile.online_share_pct >= 50
    definition: {en: Paid, zh: 已缴}
    purpose: {en: Thanks, zh: 致谢}
    owner: marketing
    validity_days: 30
    refresh: weekly
    needs: [payments]
"""


def _load(folder: Path, columns: Columns, **files: str) -> None:
    settings = Settings(home=folder)
    vars(settings)["tag_folders"] = (folder,)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    load_tags(settings, columns)


def test_the_project_declares_tags_of_every_theme(tmp_path: Path, columns: Columns) -> None:
    tags = [checked.tag for checked in load_tags(Settings(home=tmp_path), columns)]
    assert len(tags) >= 25
    assert {"low_income", "elderly", "complaint_prone"} <= {t.code for t in tags if t.sensitive}
    assert {t.kind for t in tags} == {"rule", "model"}
    assert {t.refresh for t in tags} == {"daily", "weekly"}
    assert len({t.title.zh for t in tags}) == len({t.title.en for t in tags}) == len(tags)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("payments >= 3", "pay >= 3", 6, "'pay' found, a column of customer_payment_profile"),
        ("online_share_pct >= 50", "online >= 50", 7, "'online' found"),
        ("online_share_pct >= 50", "main_channel_code >= 50", 7, "'50' found, a text"),
        ("customer_payment_profile.payments", "payments.payments", 6, "a table of customers"),
        ("title: {en: Loyal, zh: 忠诚}", "title: {en: Loyal}", 3, "loyal.title.zh"),
        ("{en: Thanks, zh: 致谢}", "{en: '', zh: 致谢}", 9, "loyal.purpose.en: '' found"),
        ("    purpose: {en: Thanks, zh: 致谢}\n", "", 2, "loyal.purpose: None found"),
        ("kind: rule", "kind: model", 4, "'model' found, 'rule' expected"),
        ("needs: [payments]", "needs: [cheques]", 13, "'cheques' found, a delivered source"),
        ("validity_days: 30", "validity_days: 3", 11, "3 found, 7 days or more"),
        ("validity_days: 30", "validity_days: 0", 11, "'0' found"),
        ("owner: marketing", "owner: marketing\n    colour: red", 11, "loyal.colour"),
        ("owner: marketing", "owner: marketing\n    sensitive: true", 11, "protection expected"),
        ("code: loyal", "code: Very loyal", 2, "'Very loyal' found"),
        ("refresh: weekly", "refresh: [", 12, "not valid YAML"),
        ("tags:", "labels:", 1, "a list of tags"),
    ],
)
def test_a_mistake_is_named_by_file_and_line_in_both_languages(
    tmp_path: Path, columns: Columns, old: str, new: str, line: int, said: str
) -> None:
    with pytest.raises(TagError) as caught:
        _load(tmp_path, columns, own=GOOD.replace(old, new))
    assert said in caught.value.said.en
    assert caught.value.said.en.startswith(f"own.yaml:{line}: ")
    assert caught.value.said.zh.startswith(f"own.yaml 第 {line} 行：")


def test_a_code_that_is_taken_names_both_places(tmp_path: Path, columns: Columns) -> None:
    with pytest.raises(TagError, match=r"second.yaml:2: code: 'loyal' found.*first.yaml:2"):
        _load(tmp_path, columns, first=GOOD, second=GOOD)


def test_every_sentence_says_value_expectation_and_cure_in_both_languages() -> None:
    for code, text in FAULTS.items():
        assert "{value" in text.en, code
        assert "请" in text.zh, code
        assert set(re.findall(r"\{(\w+)", text.en)) == set(re.findall(r"\{(\w+)", text.zh)), code


@pytest.mark.parametrize("published", MODELLED)
def test_what_is_read_where_a_model_wrote_it_has_the_published_columns(published: str) -> None:
    source = declared()["sources"][MODELLED[published]]["columns"]
    model = declared()["nodes"][published]["columns"]
    assert {name: column["data_type"] for name, column in model.items()} == {
        name: column["data_type"] for name, column in source.items()
    }


def test_a_faulty_declaration_leaves_everything_as_it_was(world: World) -> None:
    from tests.decisions.tags.conftest import DAY, paid

    world.facts(paid(c1=3))
    world.day(DAY)
    before = world.books()
    world.declare(tag("loyal", "customer_payment_profile.payments >= 1"), tag("x", "nothing > 1"))
    with pytest.raises(TagError):
        world.day(DAY)
    assert world.books() == before


def test_the_yaml_of_the_project_is_in_the_order_that_it_is_read_in() -> None:
    """A file that is not YAML of tags would be read by nobody."""
    from dagster_project.settings import PROJECT_ROOT

    for path in (PROJECT_ROOT / "dagster_project" / "declarations" / "tags").iterdir():
        assert path.suffix == ".yaml"
        assert list(yaml.safe_load(path.read_text(encoding="utf-8"))) == ["tags"]

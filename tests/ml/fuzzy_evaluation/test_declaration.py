"""What a declaration may say; every mistake names place, value, expectation and cure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import yaml

from dagster_project.settings import PROJECT_ROOT
from ml.fuzzy_evaluation import DeclarationError, parse_declaration
from tests.ml.fuzzy_evaluation.examples import declaration, document, group, indicator, question

DECLARED = sorted((PROJECT_ROOT / "dagster_project/declarations/evaluation").glob("*.yaml"))


@pytest.mark.parametrize("file", DECLARED, ids=lambda file: file.stem)
def test_the_projects_own_declarations_are_valid_and_consistent(file: Any) -> None:
    parsed = parse_declaration(yaml.safe_load(file.read_text("utf-8")), file.name)
    assert parsed.code == file.stem
    assert parsed.consistency_ratio is not None
    assert parsed.consistency_ratio < 0.1
    assert sum(parsed.weights) == pytest.approx(1)
    assert all(any("一" <= c <= "鿿" for c in i.name.zh) for i in parsed.indicators)


def test_fractions_are_read_as_judgements() -> None:
    two = [indicator("fast"), indicator("liked")]
    parsed = declaration(group("speed", *two, judgements=[[1, 3], ["1/3", 1]]))
    assert parsed.groups[0].weights == pytest.approx((0.75, 0.25))


def test_weights_may_be_declared_instead_of_judgements() -> None:
    made = group("speed", indicator("fast"), indicator("liked"))
    made = {key: value for key, value in made.items() if key != "judgements"}
    parsed = declaration(made | {"weights": {"fast": 0.7, "liked": 0.3}})
    assert parsed.groups[0].weights == (0.7, 0.3)
    assert parsed.groups[0].consistency_ratio is None


def test_an_inconsistent_judgement_names_the_pair_and_the_value_that_consistency_wants() -> None:
    true = np.array([8.0, 4.0, 2.0, 1.0])
    matrix = (true[:, None] / true[None, :]).tolist()
    matrix[0][3], matrix[3][0] = 1 / 8, 8  # the others imply 8
    four = [indicator(code) for code in ("a", "b", "c", "d")]
    with pytest.raises(DeclarationError) as caught:
        declaration(group("speed", *four, judgements=matrix))
    assert "judge a against d again: 0.125 is written, the other judgements imply 8" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("changes", "where", "says"),
    [
        ({"judgements": [[1, 2], [2, 1]]}, "example.yaml.judgements[2][1]", "0.5, the reciprocal"),
        ({"judgements": [[1, 0], [0, 1]]}, "example.yaml.judgements", "judgements above 0"),
        ({"judgements": [[1, 2]]}, "example.yaml.judgements", "2 rows of 2 judgements"),
        ({"judgements": [[1, "x"], [1, 1]]}, "example.yaml.judgements[1][2]", "a number"),
        ({"weights": {"speed": 0.7, "cost": 0.7}}, "example.yaml.weights", "sum to 1"),
        ({"weights": {"speed": 1.5, "cost": -0.5}}, "example.yaml.weights", "0 or more"),
        ({"weights": {"speed": 1}}, "example.yaml.weights", "a weight for speed, cost"),
        ({"operator": "average"}, "example.yaml.operator", "one of min-max"),
        ({"phi": 1.5}, "example.yaml.phi", "from 0 to 1"),
        ({"phi": True}, "example.yaml.phi", "a number"),
        ({"objective_weights": "pca"}, "example.yaml.objective_weights", "entropy"),
        ({"grades": document()["grades"][::-1]}, "example.yaml.grades", "falling scores"),
        ({"groups": []}, "example.yaml.groups", "a list of at least one"),
        ({"minimum": {"column": "payments"}}, "example.yaml.minimum.at_least", "a value"),
        ({"operater": "min-max"}, "example.yaml.operater", "one of the keys"),
    ],
)
def test_a_mistake_in_the_evaluation_is_named(
    changes: dict[str, Any], where: str, says: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_declaration(document(**changes), "example.yaml")
    assert caught.value.where == where
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"breakpoints": [10, 30, 20, 70, 90]}, "breakpoints", "ascending order"),
        ({"breakpoints": [10, 30]}, "breakpoints", "4 or 5 or 6 ascending numbers"),
        ({"breakpoints": "quantiles"}, "breakpoints", "pooled quantiles"),
        ({"direction": "up"}, "direction", "one of higher, lower"),
        ({"name": {"en": "Fast"}}, "name.zh", "a value"),
        ({"unit": ""}, "unit", "a text"),
        ({"question": "fast"}, "", "either a column or a survey question"),
    ],
)
def test_a_mistake_in_an_indicator_is_named(changes: dict[str, Any], key: str, says: str) -> None:
    made = group("speed", indicator("fast") | changes)
    with pytest.raises(DeclarationError) as caught:
        declaration(made)
    assert caught.value.where == f"example.yaml.groups[1](speed).fast.{key}".rstrip(".")
    assert says in str(caught.value)


def test_answers_must_be_graded_where_a_question_is_asked() -> None:
    made = document(group("service", question("liked")))
    del made["answers"]
    with pytest.raises(DeclarationError, match="answers"):
        parse_declaration(made)
    with pytest.raises(DeclarationError, match="one of excellent, good, fair, poor"):
        parse_declaration(made | {"answers": {5: "superb"}})


def test_the_same_indicator_twice_is_refused() -> None:
    with pytest.raises(DeclarationError, match="codes that differ"):
        declaration(group("speed", indicator("fast")), group("cost", indicator("fast")))

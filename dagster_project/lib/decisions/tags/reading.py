"""From the YAML files of the project and of the installation to checked tags: all, or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydantic
import yaml

from dagster_project.lib.decisions.tags.declaration import CheckedTag, Tag
from dagster_project.lib.decisions.tags.readable import Columns
from dagster_project.lib.decisions.tags.rules import parse_rule
from dagster_project.lib.decisions.tags.sentences import FAULTS, TagError, TagFault
from dagster_project.lib.deliveries.messages import FIELD_ERRORS, Bilingual, sentence
from dagster_project.settings import Settings

MOST_TAGS = 120  # a customer's tags are compared as the bits of one 128-bit number
SHOWN = 80  # characters of a value in a message
MORE_FIELD_ERRORS = {
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "应以小写字母开头，仅含小写字母、数字和下划线",
    "too_short": "至少应有一项",
    "greater_than_equal": "数值过小",
    "less_than_equal": "数值过大",
}


def load_tags(settings: Settings, columns: Columns) -> list[CheckedTag]:
    """Every declared tag, in the order of files and lines.

    Args:
        settings: of the home, whose own ``tags/`` come after the project's.
        columns: what rules may read.

    Raises:
        TagError: the first declaration that cannot be used.
    """
    found: list[CheckedTag] = []
    for folder in settings.tag_folders:
        for path in sorted(folder.glob("*.yaml")):
            for tag in _read(path, columns):
                _add(found, tag)
    if len(found) > MOST_TAGS:
        file, line = found[-1].origin.split(":")
        text = sentence(FAULTS, "too_many", value=len(found), most=MOST_TAGS)
        raise TagError(file, int(line), "tags", text)
    return found


def _add(found: list[CheckedTag], new: CheckedTag) -> None:
    for tag in found:
        if tag.tag.code == new.tag.code:
            file, line = new.origin.split(":")
            text = sentence(FAULTS, "taken", value=new.tag.code, first=tag.origin)
            raise TagError(file, int(line), "code", text)
    found.append(new)


def _read(path: Path, columns: Columns) -> list[CheckedTag]:
    try:
        tree = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        marks = (getattr(error, name, None) for name in ("context_mark", "problem_mark"))
        mark = next((mark for mark in marks if mark), None)
        detail = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = mark.line + 1 if mark else 1
        raise TagError(path.name, line, "file", _said("not_yaml", detail)) from error
    listed = _value(tree, "tags")
    if not isinstance(listed, yaml.SequenceNode):
        found = type(tree).__name__.removesuffix("Node").lower() if tree else "nothing"
        raise TagError(path.name, 1, "tags", _said("not_yaml", found))
    return [_checked(path.name, node, columns) for node in listed.value]


def _checked(file: str, node: yaml.Node, columns: Columns) -> CheckedTag:
    content = yaml.SafeLoader("")
    data = content.construct_document(node)
    code = data.get("code") if isinstance(data, dict) else None
    try:
        tag = Tag.model_validate(data)
        rule = parse_rule(tag.rule, columns)
        return CheckedTag(tag, rule, f"{file}:{_line(node, ('code',))}")
    except pydantic.ValidationError as error:
        raise _field_error(file, node, code, error.errors()[0]) from error
    except TagFault as fault:
        line = _line(node, (fault.place,), str(fault.value))
        raise TagError(file, line, f"{code}.{fault.place}", fault.text) from fault


def _field_error(file: str, node: yaml.Node, code: object, error: Any) -> TagError:
    """What pydantic found; its own sentences are English, with a Chinese gist."""
    fault = (error.get("ctx") or {}).get("error")
    if isinstance(fault, TagFault):
        line = _line(node, (fault.place,), str(fault.value))
        return TagError(file, line, f"{code}.{fault.place}", fault.text)
    place = [str(part) for part in error["loc"]]
    chinese = MORE_FIELD_ERRORS.get(error["type"]) or FIELD_ERRORS.get(error["type"])
    detail = Bilingual(error["msg"], chinese or error["msg"])
    given = None if error["type"] == "missing" else error["input"]
    value = given if given is None else str(given)[:SHOWN]
    text = sentence(FAULTS, "field", value=value, detail=detail)
    where = ".".join([str(code or "tag"), *place])
    return TagError(file, _line(node, tuple(place)), where, text)


def _line(node: yaml.Node, place: tuple[str, ...], value: str = "") -> int:
    """Line of the innermost key of ``place`` that is there; of ``value`` where it stands below."""
    line = node.start_mark.line + 1
    for key in place:
        found = _value(node, key)
        if found is None:
            break
        node = found
        line = node.start_mark.line + 1
    text = node.start_mark.buffer if isinstance(node, yaml.ScalarNode) else None
    if text and value:
        written = text[node.start_mark.pointer : node.end_mark.pointer]
        before = written.partition(value)[0]
        line += before.count("\n") if value in written else 0
    return line


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return value
    if isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
        return node.value[int(key)]
    return None


def _said(code: str, value: object) -> Bilingual:
    return sentence(FAULTS, code, value=value)

"""What is wrong with a campaign: file, line, value, expectation and cure, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from dagster_project.lib.deliveries.messages import Bilingual

Place = tuple[str | int, ...]
SHOWN = 80  # characters of a value


class CampaignError(ValueError):
    """A campaign that cannot be declared, planned, launched or exported as asked."""

    def __init__(self, said: Bilingual) -> None:
        super().__init__(str(said))
        self.said = said


@dataclass(frozen=True)
class Fault:
    """One mistake in a declaration."""

    place: Place
    value: Any
    expected: Bilingual
    cure: Bilingual

    def said(self, file: str, lines: dict[Place, int]) -> Bilingual:
        """The whole sentence; the line is that of the innermost key that is there."""
        place = ".".join(map(str, self.place)) or "campaign"
        inward = [self.place[:depth] for depth in range(len(self.place) + 1)]
        line = [lines[known] for known in inward if known in lines][-1:] or [1]
        value = "nothing" if self.value is None else repr(self.value)[:SHOWN]
        value_zh = "空" if self.value is None else repr(self.value)[:SHOWN]
        return Bilingual(
            f"{file}:{line[0]}: {place}: {value} found; expected {self.expected.en}. "
            f"{self.cure.en}",
            f"{file} 第 {line[0]} 行：{place}：现为 {value_zh}，"
            f"应为{self.expected.zh}。{self.cure.zh}",
        )


def lines_of(text: str) -> dict[Place, int]:
    """Line of every key and list item of the YAML text, by its path."""
    lines: dict[Place, int] = {}
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is not None:
        _walk(root, (), lines)
    return lines


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines[(*place, key.value)] = key.start_mark.line + 1
            _walk(value, (*place, key.value), lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _walk(item, (*place, number), lines)

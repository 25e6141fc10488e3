"""A sentence in both languages, and the refusal that says one instead of an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The same said in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Refusal:
    """No segmentation, and why: the last good release stays."""

    code: str
    reason: Words

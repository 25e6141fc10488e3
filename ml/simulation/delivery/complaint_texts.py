"""The text of every complaint, put together from phrases by its category and its own draw."""

from __future__ import annotations

import numpy as np

from ml.simulation.codes import CHANNEL_NAMES_ZH, Array, Table
from ml.simulation.delivery.complaint_phrases import (
    ABOUT_A_CHANNEL,
    ABOUT_SUPPLY,
    ADDED,
    ENDINGS,
    OPENINGS,
    VAGUE,
)
from ml.simulation.delivery.texts import codes, join

VAGUE_ONE_IN = 12  # texts that say nothing of the matter: an assumption


def complaint_texts(table: Table, encoding: str) -> Array:
    """One text per complaint; with the channel's name where one is named."""
    names = codes([*(f"在{name}" for name in CHANNEL_NAMES_ZH), ""], encoding)
    category, draw = table["category"], table["text"]
    phrase, opening, added, ending, is_vague = (
        (draw // divisor) % count
        for divisor, count in (
            (1, 12), (12, len(OPENINGS)), (96, len(ADDED)), (1536, len(ENDINGS)),
            (12288, VAGUE_ONE_IN),
        )
    )  # fmt: skip
    about_channel = _lookup(ABOUT_A_CHANNEL, encoding)[
        np.minimum(category, len(ABOUT_A_CHANNEL) - 1), phrase
    ]
    about_supply = _lookup(ABOUT_SUPPLY, encoding)[category, phrase]
    said = np.where(table["channel"] >= 0, about_channel, about_supply)
    vague = codes(VAGUE, encoding)[phrase % len(VAGUE)]
    return join(
        codes(OPENINGS, encoding)[opening],
        names[table["channel"]],
        np.where(is_vague == 0, vague, said),
        codes(ADDED, encoding)[added],
        codes(ENDINGS, encoding)[ending],
    )


def _lookup(texts: tuple[tuple[str, ...], ...], encoding: str) -> Array:
    flat = [text for row in texts for text in row]
    return codes(flat, encoding).reshape(len(texts), len(texts[0]))

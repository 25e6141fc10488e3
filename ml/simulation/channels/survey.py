"""The monthly satisfaction survey: answers per channel, question and grade."""

from __future__ import annotations

import numpy as np

from ml.simulation.assumptions import Channels
from ml.simulation.codes import CHANNELS, Table
from ml.simulation.horizon import Horizon
from ml.simulation.randomness import stream

QUESTIONS = ("convenience", "cost", "speed", "security", "service")
QUESTION_SHIFT = (0.1, -0.1, 0.0, 0.2, -0.05)  # grades around the channel's mean
CHANNEL_SHIFT_SPREAD = 0.25  # sd of a channel's lasting deviation per question
GRADES = (1, 2, 3, 4, 5)
GRADE_SPREAD = 0.9  # sd of one answer around the mean
ANSWERS_PER_CUSTOMER = 0.01  # a month and channel
FEWEST_ANSWERS = 30


def ask(customers: int, horizon: Horizon, assumed: Channels, seed: int, month: int) -> Table:
    """Answers of ``month``; P(grade) is proportional to a normal density around the mean."""
    random = stream(seed, "survey", month)
    lasting = stream(seed, "survey questions").standard_normal((len(CHANNELS), len(QUESTIONS)))
    mean = np.asarray(assumed.grades)[:, None] + np.asarray(QUESTION_SHIFT)
    mean = mean + CHANNEL_SHIFT_SPREAD * lasting
    distance = (np.asarray(GRADES) - mean[:, :, None]) / GRADE_SPREAD
    weight = np.exp(-0.5 * distance**2)
    share = weight / weight.sum(axis=2, keepdims=True)
    asked = max(FEWEST_ANSWERS, round(ANSWERS_PER_CUSTOMER * customers))
    answers = random.multinomial(asked, share)
    channel, question, grade = (axis.ravel() for axis in np.indices(answers.shape))
    first, last = horizon.month_days(month)
    return {
        "channel": channel,
        "question": question,
        "grade": grade + 1,
        "answers": answers.ravel(),
        "day": np.full(answers.size, first, dtype=np.int32),
        "arrival": np.full(answers.size, last, dtype=np.int32),
    }

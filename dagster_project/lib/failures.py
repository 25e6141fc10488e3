"""Why a job did not end well, step by step, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.languages import both


def failures(result: dg.ExecuteInProcessResult) -> list[Bilingual]:
    """One sentence per failed step: what its blocking checks say, else the step's error."""
    return [
        said
        for event in result.all_events
        if event.is_step_failure
        for said in list(_of_checks(result, str(event.step_key))) or [_of_error(event)]
    ]


def _of_checks(result: dg.ExecuteInProcessResult, step: str) -> Iterator[Bilingual]:
    """What a step's failed blocking checks say; a model's gate gives the reason of its verdict."""
    for event in result.all_events:
        if event.event_type_value != "ASSET_CHECK_EVALUATION" or event.step_key != step:
            continue
        check = event.asset_check_evaluation_data
        if check.passed or not check.blocking:
            continue
        reason, reason_zh = (
            str(check.metadata[name].value) if name in check.metadata else ""
            for name in ("reason", "reason_zh")
        )
        yield Bilingual(
            f"Check {check.check_name} failed: {reason or 'see its page'}.",
            f"检查 {check.check_name} 未通过：{reason_zh or '详见检查页面'}。",
        )


def _of_error(event: dg.DagsterEvent) -> Bilingual:
    """The error that a step raised, with the kind of error before it."""
    error = event.step_failure_data.error
    cause = error.cause or error if error else None
    message = cause.message.strip() if cause else "no message"
    kind, _, text = message.partition(": ")
    english, chinese = both(text)
    return Bilingual(
        _ended(f"Step {event.step_key} failed: {kind}: {english}".removesuffix(": "), "."),
        _ended(f"步骤 {event.step_key} 失败：{kind}：{chinese}".removesuffix("："), "。"),
    )


def _ended(sentence: str, stop: str) -> str:
    """The sentence with its full stop, for another may follow."""
    return sentence if sentence.endswith((".", "。", "!", "?")) else sentence + stop

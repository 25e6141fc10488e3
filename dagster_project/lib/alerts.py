"""Messages to a DingTalk or WeCom group robot; both take the same text format."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

TIMEOUT_SECONDS = 10


class AlertError(RuntimeError):
    """The robot did not take the message."""


def failure_text(job: str, run_id: str, error: str) -> str:
    """What a failed run is reported as."""
    first = error.strip().splitlines()[0][:500] if error.strip() else "no message"
    return (
        f"缴费 Jiaofei: run failed (运行失败)\njob 作业: {job}\nrun 运行: {run_id}\n"
        f"error 错误: {first}\nThe last published snapshot stays current (已发布数据不受影响)."
    )


def post(webhook_url: str, text: str) -> None:
    """Post ``text`` to the robot.

    Raises:
        AlertError: the robot cannot be reached or answers with an error code.
    """
    body = json.dumps({"msgtype": "text", "text": {"content": text}}).encode()
    request = urllib.request.Request(
        webhook_url, data=body, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            content = answer.read()
    except (urllib.error.URLError, ValueError) as error:
        raise AlertError(f"The webhook cannot be reached: {error}. Check webhook_url.") from error
    code = json.loads(content).get("errcode", 0) if content.strip() else 0
    if code:
        raise AlertError(f"The robot refused the message: {content.decode()[:200]}")

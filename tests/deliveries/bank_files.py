"""Made files of bank withholding, in the layout of the profile ``bank_withholding_result``."""

from __future__ import annotations

from pathlib import Path

from dagster_project.lib.deliveries.profiles import load_profiles
from dagster_project.settings import load_settings

FILE = "ELEC02_20250331.txt"


def _record(widths: dict[str, int], values: dict[str, str]) -> bytes:
    return b"".join(values.get(name, "").encode("gb18030").ljust(w) for name, w in widths.items())


def _widths() -> tuple[dict[str, int], dict[str, int]]:
    profiles = load_profiles(load_settings(Path("no home")))
    layout = next(p for p in profiles if p.name == "bank_withholding_result").fixed_width
    assert layout
    assert layout.header
    return layout.header, layout.detail


def detail(number: int, fen: int = 8850, flag: str = "1", **changes: str) -> bytes:
    """One debit; ``flag`` 1 is a success."""
    values = {
        "序号": f"{number:010d}",
        "缴费号": f"{1000000000 + number}",
        "金额": f"{fen:012d}",
        "成功标志": flag,
        "实收金额": f"{fen if flag == '1' else 0:012d}",
        "流水号": f"B{number:06d}",
        "说明": "余额不足" if flag == "2" else "",
        "日期": "20250310",
        "时间": "093000",
        "客户名称": "长春市某某电器维修部",
    }
    return _record(_widths()[1], values | changes)


def bank_file(*debits: tuple[int, str], lines: list[bytes] | None = None, **header: str) -> bytes:
    """A whole file of debits (fen, flag); header values and lines may be falsified."""
    taken = [fen for fen, flag in debits if flag == "1"]
    failed = [fen for fen, flag in debits if flag != "1"]
    values = {"批次号": "20250331-1", "币种": "RMB", "收付标志": "1", "返回信息": "处理完成"}
    for name, amounts in (("总", taken + failed), ("成功", taken), ("失败", failed)):
        values[f"{name}笔数"] = f"{len(amounts):010d}"
        values[f"{name}金额"] = f"{sum(amounts):014d}"
    details = lines or [detail(i, fen, flag) for i, (fen, flag) in enumerate(debits, start=1)]
    return b"\n".join([_record(_widths()[0], values | header), *details]) + b"\n"

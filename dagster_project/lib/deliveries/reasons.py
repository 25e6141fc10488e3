"""What each reason code of the quarantine means, in English and in Chinese.

The codes are what the ledger counts and the quarantine holds; ``describe`` is what a user reads.
A code that names a whole file (``truncated_file``) is here too; the sentence about one particular
file, with its names and values, is the ledger's message (``messages``).
"""

from __future__ import annotations

from dagster_project.lib.deliveries.messages import Bilingual, Language

BEFORE = "before_"  # a date before another date of its row: before_<column>
ROWS: dict[str, Bilingual] = {
    "missing_value": Bilingual("a required value is empty", "必填值为空"),
    "missing_column": Bilingual("a required column is not in the file", "文件缺少必填列"),
    "out_of_scope": Bilingual("outside the profile's declared scope", "不在配置声明的范围内"),
    "undecodable_character": Bilingual(
        "a character is not in the declared encoding", "含声明编码之外的字符"
    ),
    "invalid_date": Bilingual("not a date of the declared formats", "日期无效或格式不符"),
    "invalid_timestamp": Bilingual("not a time of the declared formats", "时间无效或格式不符"),
    "invalid_month": Bilingual("not a month", "月份无效"),
    "invalid_amount": Bilingual("not an amount of money", "金额无效"),
    "invalid_number": Bilingual("not a number", "数值无效"),
    "invalid_boolean": Bilingual("neither yes nor no", "应为是或否"),
    "too_many_decimals": Bilingual("finer than the smallest unit of money", "金额小数位过多"),
    "negative_amount": Bilingual("a negative value where none can be", "数值不应为负"),
    "below_minimum": Bilingual("below the least value allowed", "低于下限"),
    "above_maximum": Bilingual("above the greatest value allowed", "超过上限"),
    "unknown_code": Bilingual("not one of the declared codes", "未声明的代码"),
    "unknown_sign": Bilingual(
        "a kind of transaction of which the sign is not declared", "交易类型的正负号未声明"
    ),
    "text_too_long": Bilingual("longer than a code or a name can be", "文本过长"),
    "date_too_early": Bilingual(
        "before the first day that the settings allow", "早于允许的最早日期"
    ),
    "future_date": Bilingual("after the day of the delivery", "晚于交付日期"),
    "conflicting_key": Bilingual(
        "its number is loaded already with another content", "编号已入库但内容不同"
    ),
    "wrong_field_count": Bilingual("more or fewer fields than the header", "字段数与表头不符"),
    "wrong_record_length": Bilingual(
        "a record of another length than declared", "记录长度与声明不符"
    ),
    "line_too_long": Bilingual("a line longer than one megabyte", "单行超过 1 MB"),
    "open_quote": Bilingual("a quotation mark is not closed", "引号未闭合"),
}
FILES: dict[str, Bilingual] = {
    "truncated_file": Bilingual("the archive is not whole", "压缩包不完整"),
    "archive_too_large": Bilingual("the archive expands without bound", "压缩包解压后过大"),
    "unsafe_archive": Bilingual("a path in the archive leaves it", "压缩包含越界路径"),
    "not_one_member": Bilingual(
        "the archive does not hold exactly one file", "压缩包应恰含一个文件"
    ),
    "locked_archive": Bilingual(
        "the archive is locked or packed unusually", "压缩包加密或格式不支持"
    ),
    "empty_file": Bilingual("the file is empty", "空文件"),
    "unreadable_file": Bilingual("the file cannot be read", "文件无法读取"),
    "unreadable_excel": Bilingual("not a readable Excel workbook", "Excel 无法读取"),
    "unreadable_parquet": Bilingual("not a readable Parquet file", "Parquet 无法读取"),
    "invalid_header": Bilingual("the header record is not as declared", "文件头与声明不符"),
    "missing_footer": Bilingual("a declared control total is not in the file", "缺少合计项"),
    "footer_mismatch": Bilingual("the rows do not give the control total", "明细与合计不符"),
}
REASONS = ROWS | FILES


def describe(reason: str, language: Language = "en") -> str:
    """The meaning of a reason code, a short phrase; a code of another version is itself."""
    if reason in REASONS:
        return str(getattr(REASONS[reason], language))
    if reason.startswith(BEFORE):
        column = reason.removeprefix(BEFORE)
        return {"en": f"before {column} of the same row", "zh": f"早于同一行的 {column}"}[language]
    return reason

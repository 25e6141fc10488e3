"""What a user is told about files and profiles: every sentence in English and in Chinese.

Sentences with values in them; the meaning of the reason codes of single rows is in ``reasons``.
A message that is kept (the ledger's, an exception's) holds both languages, English first, a line
each; ``in_language`` takes one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Language = Literal["en", "zh"]


class Bilingual(NamedTuple):
    """One text in both languages; ``str`` gives both."""

    en: str
    zh: str

    def __str__(self) -> str:
        return f"{self.en}\n{self.zh}" if self.en else ""


FILES: dict[str, Bilingual] = {
    "no_folder": Bilingual(
        "{folder} does not exist. Name a folder of deliveries, or run `jiaofei demo` first.",
        "{folder} 不存在。请指定交付文件夹，或先运行 `jiaofei demo`。",
    ),
    "truncated_file": Bilingual(
        "{file} ends before its archive does ({detail}). Deliver it again.",
        "{file} 的压缩包不完整（{detail}）。请重新交付。",
    ),
    "archive_too_large": Bilingual(
        "{file} expands to more than {times} times its size ({bytes} bytes). Deliver it unpacked "
        "if it is meant.",
        "{file} 解压后超过原大小（{bytes} 字节）的 {times} 倍。如确属正常，请交付未压缩的文件。",
    ),
    "unsafe_archive": Bilingual(
        "{file} holds {member!r}, a path that leaves the archive. Deliver an archive with plain "
        "file names.",
        "{file} 中的 {member!r} 指向压缩包之外的路径。请只使用普通文件名打包。",
    ),
    "not_one_member": Bilingual(
        "{file} holds {count} files to read; expected exactly one. Pack them singly, or name the "
        "one with zip_member in the profile.",
        "{file} 含 {count} 个待读文件，应恰好一个。请分别打包，或在配置中用 zip_member 指定。",
    ),
    "locked_archive": Bilingual(
        "{file} cannot be unpacked ({detail}). Deliver it without a password, packed as deflate.",
        "{file} 无法解压（{detail}）。请去掉密码，用普通方式（deflate）打包后重新交付。",
    ),
    "empty_file": Bilingual("{file} is empty. Deliver it again.", "{file} 是空文件。请重新交付。"),
    "unreadable_file": Bilingual(
        "{file}: {detail}. Mend the file.", "{file}：{detail}。请修正文件。"
    ),
    "unreadable_excel": Bilingual(
        "{file}: {detail}. Save it as .xlsx and deliver it again.",
        "{file}：{detail}。请另存为 .xlsx 后重新交付。",
    ),
    "unreadable_parquet": Bilingual(
        "{file}: {detail}. Deliver it again.", "{file}：{detail}。请重新交付。"
    ),
    "invalid_header": Bilingual(
        "{file}: the header record has {found} bytes; the profile expects {expected}. Deliver the "
        "file again, or mend the widths in the profile.",
        "{file}：文件头为 {found} 字节，配置要求 {expected} 字节。请重新交付或修正配置中的宽度。",
    ),
    "missing_footer": Bilingual(
        "{file} lacks the control total {name}: it may have been cut off. Deliver it again, or "
        "mend the totals in the profile.",
        "{file} 缺少合计项 {name}，文件可能不完整。请重新交付，或修正配置中的合计。",
    ),
    "footer_mismatch": Bilingual(
        "{file}: {name} says {declared}, its rows give {found}. Nothing of the file is loaded; "
        "deliver it again.",
        "{file}：{name} 为 {declared}，而明细为 {found}。整个文件未入库，请重新交付。",
    ),
    "missing_column": Bilingual(
        "Column {column} is missing: expected a heading {names}, found {header}. Deliver the "
        "column or mend the profile.",
        "缺少列 {column}：应有表头 {names}，实际为 {header}。请补交该列或修正配置。",
    ),
    "bad_characters": Bilingual(
        "Not all of the file is {encoding}; if it is {other}, say so in the profile.",
        "文件并非全部为 {encoding} 编码；若为 {other}，请在配置中注明。",
    ),
    "unrecognised": Bilingual(
        "No profile matches the name {file}. Rename it as <source>_<YYYYMMDD>.csv, or declare a "
        "profile for it.",
        "没有来源配置与文件名 {file} 匹配。请改名为 <数据源>_<YYYYMMDD>.csv，或为其添加配置。",
    ),
    "repeated": Bilingual(
        "Same content as {original}, which is loaded; nothing was loaded again.",
        "内容与已入库的 {original} 相同，未重复入库。",
    ),
}

PROFILES: dict[str, Bilingual] = {
    "no_folder": Bilingual(
        "{folder} does not exist. Name a folder of deliveries, or run `jiaofei demo` first.",
        "{folder} 不存在。请指定交付文件夹，或先运行 `jiaofei demo`。",
    ),
    "name_taken": Bilingual(
        "{file}: profile name {name!r} is taken by {first}. Rename one.",
        "{file}：配置名 {name!r} 已被 {first} 使用。请改名。",
    ),
    "unknown_profile": Bilingual(
        "No profile is named {name!r}. Known profiles: {known}.",
        "没有名为 {name!r} 的来源配置。现有配置：{known}。",
    ),
    "invalid_yaml": Bilingual(
        "{file}: not valid YAML: {detail}. Mend the profile.",
        "{file}：不是有效的 YAML：{detail}。请修正配置。",
    ),
    "invalid_profile": Bilingual(
        "{file}:{line}: {place}: {detail.en} (value: {value!r}). Mend the profile.",
        "{file} 第 {line} 行：{place}：{detail.zh}（值：{value!r}）。请修正配置。",
    ),
    "not_a_pattern": Bilingual(
        "{value!r} is not a regular expression: {detail}", "{value!r} 不是正则表达式：{detail}"
    ),
    "unknown_source": Bilingual(
        "source {value!r} has no contract; known: {known}",
        "数据源 {value!r} 没有契约；现有：{known}",
    ),
    "unknown_column": Bilingual(
        "column {value!r} is not in contract {source}: {known}",
        "列 {value!r} 不在契约 {source} 中：{known}",
    ),
    "unmapped_column": Bilingual(
        "required column {value!r} has no mapping; add one", "必填列 {value!r} 没有对应关系，请补充"
    ),
    "empty_total": Bilingual(
        "a total needs count, or sum together with of, or a pattern with a group count or sum",
        "合计项需要 count，或 sum 与 of，或带 count、sum 分组的 pattern",
    ),
    "unknown_field": Bilingual(
        "column {value!r} is not a field of the detail record: {known}",
        "列 {value!r} 不是明细记录的字段：{known}",
    ),
    "two_shapes": Bilingual(
        "fixed_width excludes {name}; remove one of them",
        "fixed_width 不能与 {name} 并用，请删除其一",
    ),
}

# Chinese for pydantic's own kinds of errors; its English is its own.
FIELD_ERRORS = {
    "missing": "缺少必填项",
    "extra_forbidden": "不认识的配置项",
    "literal_error": "不是允许的取值",
    "string_type": "应为文本",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "greater_than": "数值过小",
    "dict_type": "应为映射",
    "list_type": "应为列表",
    "model_type": "应为映射",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "date_from_datetime_parsing": "应为日期",
}


def sentence(catalogue: dict[str, Bilingual], code: str, **values: object) -> Bilingual:
    """The sentence of ``code`` with its values, in both languages."""
    return Bilingual(*(text.format(**values) for text in catalogue[code]))


def joined(sentences: Iterable[Bilingual]) -> str:
    """Several sentences as one message to keep."""
    parts = list(sentences)
    return str(Bilingual(" ".join(part.en for part in parts), "".join(part.zh for part in parts)))


def in_language(message: str, language: Language) -> str:
    """One language of a kept message; a message of one language is given as it is."""
    lines = message.splitlines()
    if len(lines) % 2:
        return message
    half = len(lines) // 2
    return "\n".join(lines[:half] if language == "en" else lines[half:])

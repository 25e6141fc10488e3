"""What is said of a declaration that cannot be used, in English and in Chinese, and the error."""

from __future__ import annotations

from dagster_project.lib.deliveries.messages import Bilingual, sentence

FAULTS: dict[str, Bilingual] = {
    "not_yaml": Bilingual(
        "not valid YAML ({value}), a list of tags under `tags:` expected; mend the file",
        "不是有效的 YAML（{value}），应为 `tags:` 下的标签列表；请修正文件",
    ),
    "field": Bilingual(
        "{value!r} found: {detail.en}; mend the declaration",
        "值为 {value!r}：{detail.zh}；请修正声明",
    ),
    "taken": Bilingual(
        "{value!r} found, a code of its own expected: {first} declares it; rename one of the two",
        "{value!r} 与 {first} 中的代码重复，代码应唯一；请改名其一",
    ),
    "unprotected": Bilingual(
        "{value!r} found, a sensitive tag's protection expected; say in both languages what it "
        "must never be used for",
        "值为 {value!r}，敏感标签应有保护要求；请用中英文写明不得用于何处",
    ),
    "needlessly_protected": Bilingual(
        "{value!r} found, no protection expected of a tag that is not sensitive; write "
        "`sensitive: true` or remove it",
        "值为 {value!r}，非敏感标签不应有保护要求；请写 `sensitive: true` 或删除",
    ),
    "too_short": Bilingual(
        "{value!r} found, {least} days or more expected of a {refresh} tag; lengthen the validity",
        "值为 {value!r}，按 {refresh} 更新的标签有效期应不少于 {least} 天；请延长有效期",
    ),
    "unknown_source": Bilingual(
        "{value!r} found, a delivered source expected: {known}; name one of them",
        "{value!r} 不是数据源，应为：{known}；请选用其一",
    ),
    "too_many": Bilingual(
        "{value} tags found, {most} at the most expected; withdraw some",
        "共 {value} 个标签，最多 {most} 个；请停用一部分",
    ),
    "not_a_rule": Bilingual(
        "{value!r} found, one condition expected ({detail}); write it like "
        "customer_payment_profile.payments >= 3",
        "{value!r} 不是一个条件（{detail}）；请写成 customer_payment_profile.payments >= 3 的形式",
    ),
    "not_allowed": Bilingual(
        "{value!r} found, only comparisons, and, or, not, between, in, is null, + - * / and "
        "{functions} expected; write the rule with these",
        "{value!r} 不允许使用，仅可用比较、and、or、not、between、in、is null、+ - * / 及 "
        "{functions}；请用这些改写规则",
    ),
    "unknown_table": Bilingual(
        "{value!r} found, a table of customers expected: {known}; name one of them",
        "{value!r} 不是可用的用户表，应为：{known}；请选用其一",
    ),
    "unknown_column": Bilingual(
        "{value!r} found, a column of {table} expected{near.en}; correct the name",
        "{value!r} 不是 {table} 的列{near.zh}；请更正列名",
    ),
    "bare_column": Bilingual(
        "{value!r} found, table.column expected; name the table that holds the column",
        "{value!r} 应写成 表.列 的形式；请写明所属的表",
    ),
    "kinds_differ": Bilingual(
        "{value!r} found, a {wanted} expected there, not a {given}; compare like with like",
        "{value!r} 处应为 {wanted} 类型，实为 {given}；请比较同类的值",
    ),
    "not_a_condition": Bilingual(
        "{value!r} found, something true or false expected; end in a comparison",
        "{value!r} 的结果不是真假值；请以比较结束",
    ),
    "kind_of_tag": Bilingual(
        "{value!r} found, {expected!r} expected, for the rule reads {tables}; correct the kind or "
        "the rule",
        "{value!r} 应为 {expected!r}，因规则读取 {tables}；请更正类型或规则",
    ),
}  # fmt: skip


class TagFault(ValueError):  # noqa: N818 - becomes a TagError once its place is known
    """What is wrong with one value of a tag; ``place`` is the key that holds the value."""

    def __init__(self, code: str, place: str, value: object, **values: object) -> None:
        self.place = place
        self.value = value
        self.text = sentence(FAULTS, code, value=value, **values)
        super().__init__(self.text.en)


class TagError(ValueError):
    """A declaration of tags that cannot be used; names file, line, place, value and cure."""

    def __init__(self, file: str, line: int, place: str, text: Bilingual) -> None:
        self.said = Bilingual(
            f"{file}:{line}: {place}: {text.en}.", f"{file} 第 {line} 行：{place}：{text.zh}。"
        )
        self.line = line
        super().__init__(str(self.said))

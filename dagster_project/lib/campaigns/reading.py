"""Reading declarations from the home's ``campaigns/*.yaml``, each with its file and lines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pydantic
import yaml

from dagster_project.lib.campaigns.declaration import Campaign
from dagster_project.lib.campaigns.faults import CampaignError, Fault, Place, lines_of
from dagster_project.lib.campaigns.rules import Known, faults
from dagster_project.lib.deliveries.messages import FIELD_ERRORS, Bilingual
from dagster_project.settings import Settings


@dataclass(frozen=True)
class Declared:
    """A declaration as it lies in a file."""

    path: Path
    text: str
    campaign: Campaign
    lines: dict[Place, int]

    @property
    def sha256(self) -> str:
        """Of the file's bytes."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def error(self, fault: Fault) -> CampaignError:
        """The fault as an error that names file and line."""
        return CampaignError(fault.said(self.path.name, self.lines))

    def faults(self, known: Known) -> list[Bilingual]:
        """Every fault of what is declared."""
        return [fault.said(self.path.name, self.lines) for fault in faults(self.campaign, known)]

    def require_sound(self, known: Known) -> None:
        """Raise the first fault, if there is one."""
        for said in self.faults(known)[:1]:
            raise CampaignError(said)


def read_text(path: Path, text: str) -> Declared:
    """The declaration that ``text``, the content of ``path``, holds.

    Raises:
        CampaignError: it is not YAML, or not of the shape of a campaign.
    """
    try:
        content = yaml.safe_load(text)
        lines = lines_of(text)
    except yaml.YAMLError as error:
        detail = " ".join(str(error).split())
        raise CampaignError(
            Bilingual(
                f"{path.name}: not valid YAML: {detail}. Mend the declaration.",
                f"{path.name}：不是有效的 YAML：{detail}。请修正。",
            )
        ) from error
    if not isinstance(content, dict):
        fault = Fault(
            (), content, _MAPPING, Bilingual("Write keys such as code:.", "请写 code: 等键。")
        )
        raise CampaignError(fault.said(path.name, lines))
    try:
        return Declared(path, text, Campaign.model_validate(content), lines)
    except pydantic.ValidationError as error:
        raise CampaignError(_shape(error).said(path.name, lines)) from error


def read_all(settings: Settings) -> dict[Path, Declared | CampaignError]:
    """Every declaration of the home, or why it cannot be read."""
    found: dict[Path, Declared | CampaignError] = {}
    for path in sorted(settings.campaigns.glob("*.yaml")):
        try:
            found[path] = read_text(path, path.read_text(encoding="utf-8"))
        except CampaignError as error:
            found[path] = error
    _refuse_twins(found)
    return found


def read_one(settings: Settings, code: str) -> Declared:
    """The newest version that is declared of a campaign.

    Raises:
        CampaignError: none is, or the one cannot be read.
    """
    found = read_all(settings)
    sound = [item for item in found.values() if isinstance(item, Declared)]
    versions = [item for item in sound if item.campaign.code == code]
    if versions:
        return max(versions, key=lambda item: item.campaign.version)
    for path, item in found.items():  # the file that seems to be meant says what is wrong
        if isinstance(item, CampaignError) and code in path.read_text(encoding="utf-8"):
            raise item
    known = ", ".join(sorted({item.campaign.code for item in sound})) or "–"
    folder = settings.campaigns
    raise CampaignError(
        Bilingual(
            f"No campaign {code!r} is declared in {folder}; declared are: {known}. Write a "
            "declaration there first.",
            f"{folder} 中没有活动 {code!r}；已声明：{known}。请先编写声明文件。",
        )
    )


_MAPPING = Bilingual("a mapping", "键值映射")


def _shape(error: pydantic.ValidationError) -> Fault:
    first = error.errors()[0]
    chinese = FIELD_ERRORS.get(first["type"], first["msg"])
    place = tuple(item for item in first["loc"] if item != "[key]")
    value = None if first["type"] == "missing" else first["input"]
    return Fault(
        place, value,
        Bilingual(first["msg"][0].lower() + first["msg"][1:], f"“{chinese}”得到满足"),
        Bilingual("Mend the declaration.", "请修正声明。"),
    )  # fmt: skip


def _refuse_twins(found: dict[Path, Declared | CampaignError]) -> None:
    """Two files may not declare the same version of the same campaign."""
    first: dict[tuple[str, int], Path] = {}
    for path, item in list(found.items()):
        if isinstance(item, CampaignError):
            continue
        name = (item.campaign.code, item.campaign.version)
        if name in first:
            fault = Fault(
                ("code",), item.campaign.code,
                Bilingual(
                    f"a code and version that {first[name].name} does not declare",
                    f"{first[name].name} 未使用的编号和版本",
                ),
                Bilingual("Rename one, or raise its version.", "请改名或提高版本号。"),
            )  # fmt: skip
            found[path] = item.error(fault)
        first.setdefault(name, path)

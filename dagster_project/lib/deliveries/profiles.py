"""The source profiles that are known: declared in YAML, and one built in for each contract.

The built-in ``standard_<source>`` reads a file whose header holds the contract's own names (English
or Chinese). What a profile is, is in ``source_profile``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pydantic
import yaml

from dagster_project.lib.deliveries.contracts import Contract, load_contracts
from dagster_project.lib.deliveries.layouts import Mapping, ProfileFaultError
from dagster_project.lib.deliveries.messages import FIELD_ERRORS, PROFILES, Bilingual, sentence
from dagster_project.lib.deliveries.source_profile import Profile
from dagster_project.settings import Settings

STANDARD_FILE = (
    r"{source}_(?P<delivered_on>\d{{8}}|\d{{6}})(?:_(?P<part>\w+))?"
    r"\.(?:csv|tsv|xlsx|parquet)(?:\.gz|\.zip)?"
)


class ProfileError(ValueError):
    """A profile that cannot be used; the message names file, place, expectation and cure.

    It says so in both languages, English first (``messages.in_language`` takes one).
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(str(sentence(PROFILES, code, **values)))


def load_profiles(settings: Settings) -> list[Profile]:
    """All profiles: the declared ones first, then the standard one of each contract.

    Raises:
        ProfileError: when a file cannot be used, or two profiles bear one name.
    """
    declared = [
        _read_profile(path)
        for folder in settings.profile_folders
        for path in sorted(folder.glob("*.yaml"))
    ]
    profiles = declared + [standard_profile(contract) for contract in load_contracts().values()]
    seen: dict[str, Profile] = {}
    for profile in profiles:
        if profile.name in seen:
            first = seen[profile.name].origin
            raise ProfileError("name_taken", file=profile.origin, name=profile.name, first=first)
        seen[profile.name] = profile
    return profiles


def standard_profile(contract: Contract) -> Profile:
    """The profile of a file that bears the contract's own column names."""
    return Profile(
        name=f"standard_{contract.source}",
        source=contract.source,
        description={
            "en": f"{contract.title['en']} with the contract's own headings",
            "zh": f"{contract.title['zh']}（标准格式）",
        },
        files=STANDARD_FILE.format(source=contract.source),
        columns={
            name: Mapping.model_validate([name, column.zh])
            for name, column in contract.columns.items()
        },
    )


def _read_profile(path: Path) -> Profile:
    text = path.read_text(encoding="utf-8")
    try:
        content = yaml.safe_load(text)
        return Profile.model_validate({**content, "origin": path.name})
    except yaml.YAMLError as error:
        raise ProfileError("invalid_yaml", file=path.name, detail=error) from error
    except pydantic.ValidationError as error:
        raise _profile_error(path.name, text, error.errors()[0]) from error


def _profile_error(file: str, text: str, error: Any) -> ProfileError:
    """What is wrong, where; pydantic's own sentences are English, with a Chinese gist."""
    place, value = [str(item) for item in error["loc"]], error["input"]
    detail = Bilingual(error["msg"], FIELD_ERRORS.get(error["type"], error["msg"]))
    fault = error.get("ctx", {}).get("error")
    if isinstance(fault, ProfileFaultError):
        detail, value = fault.text, fault.value
        place += [fault.place] if fault.place and fault.place not in place else []
    return ProfileError(
        "invalid_profile",
        file=file,
        line=_line_of(text, place),
        place=".".join(place) or "profile",
        detail=detail,
        value=str(value)[:80],
    )


def _line_of(text: str, place: list[str]) -> int:
    """Line of the innermost key of ``place``, else of a word of it; 1 when the text has neither."""
    names = [name for name in reversed(place) if not name.isdigit()]
    lines = text.splitlines()
    for found in (r"^[\s\-{]*%s:", r"(?<!\w)%s(?!\w)"):
        for name in names:
            for number, line in enumerate(lines, start=1):
                if re.search(found % re.escape(name), line):
                    return number
    return 1

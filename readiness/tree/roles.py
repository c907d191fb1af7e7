"""Whose file is it? The role of a path: product, test, sample, vendored, generated or backup.

By path alone, and by what the repository says in ``.gitattributes``. The outermost folder
that says something decides; where none does, the file's own name. A file of which nothing
is said is the product's: leaving a product's file out would be the worse mistake.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from readiness.tree import names, signs
from readiness.tree.attributes import DOCUMENTATION, GENERATED, VENDORED, Attributes
from readiness.tree.model import Role
from readiness.tree.reports import self_written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from readiness.tree.signs import Folder

_DEPTH = 64
"""How many folders of a path are looked at."""

_PRODUCT = (Role.PRODUCT, "no sign of another role")
_REPORT = (Role.GENERATED, "self-written report")
_ANY_NAME = "\x01"
"""A file name that only a pattern for every name matches."""
_DOCUMENTED_CODE = (Role.SAMPLE, "marked linguist-documentation")


class Roles:
    """The role of each path of one subject.

    ``attributes`` maps a folder (the empty text for the root) to the text of its
    ``.gitattributes``. Those are written for language statistics: of files that act where
    they lie (pipelines, container files, lock files) they say something only where they
    speak of the whole folder.
    """

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self._attributes = Attributes(attributes)

    def of(self, path: str) -> tuple[Role, str]:
        """The role of ``path``, and the reason in a few words."""
        found, reason = role(path)
        said = self._attributes.of(path)
        if said and names.acts_in_place(path):
            said = self._of_folder(path)
        if not said:
            return found, reason
        if found is Role.PRODUCT:
            return _marked(path, said)
        lifted = {Role.VENDORED: VENDORED, Role.GENERATED: GENERATED}.get(found)
        if lifted and said.get(lifted) is False and (found, reason) != _REPORT:
            return Role.PRODUCT, f"marked -{lifted}"
        if reason == signs.CODE_IN_DOCUMENTS and said.get(DOCUMENTATION) is False:
            return Role.PRODUCT, f"marked -{DOCUMENTATION}"
        return found, reason

    def _of_folder(self, path: str) -> Mapping[str, bool]:
        """What is said of the whole folder of ``path``, though not of every file of the subject."""
        folder = path.rpartition("/")[0]
        if not folder or folder.split("/")[0].lower() in signs.PIPELINE_HOMES:
            return {}
        everywhere = self._attributes.of(_ANY_NAME)
        here = self._attributes.of(f"{folder}/{_ANY_NAME}")
        return {attribute: value for attribute, value in here.items() if everywhere.get(attribute) != value}


def _marked(path: str, said: Mapping[str, bool]) -> tuple[Role, str]:
    """The role of a path without another sign, by what ``.gitattributes`` says of it."""
    if said.get(VENDORED):
        return Role.VENDORED, f"marked {VENDORED}"
    if said.get(GENERATED):
        return Role.GENERATED, f"marked {GENERATED}"
    if said.get(DOCUMENTATION) and signs.form(path) == "code":
        return _DOCUMENTED_CODE
    return _PRODUCT


def role(path: str) -> tuple[Role, str]:
    """The role of ``path`` by the path alone, and the reason in a few words."""
    *folders, name = path.split("/")
    lowered = tuple(folder.lower() for folder in folders[:_DEPTH])
    form = signs.form(name)
    for sign in _signs(lowered):
        if sign.only in {"", form} and not (sign.not_for and form == sign.not_for):
            return sign.role, sign.reason
    dated = _dated_backup(lowered, form)
    if dated is not None:
        return dated
    named = names.by_name(name)
    if named is not None:
        return named
    return _REPORT if self_written(path) else _PRODUCT


@lru_cache(maxsize=8192)
def _signs(folders: tuple[str, ...]) -> tuple[Folder, ...]:
    """The signs that the folders of a path give, outermost first. Folder names are lower-case."""
    if folders and folders[0] in signs.PIPELINE_HOMES:
        return tuple(sign for sign in _each(folders) if sign.role not in {Role.TEST, Role.SAMPLE})
    return tuple(_each(folders))


def _each(folders: Sequence[str]) -> list[Folder]:
    found: list[Folder] = []
    for index, folder in enumerate(folders):
        above = folders[:index]
        if above[-1:] and above[-1] in signs.LANGUAGES and above[-2:-1] == ("main",):
            # What follows src/main/java are the parts of a package's name: com.example.app.
            break
        pair = f"{folders[index - 1]}/{folder}" if index else folder
        sign = signs.folder(folder) or signs.PAIRS.get(pair)
        if sign is not None and sign.unless_below.isdisjoint(above) and sign.unless_in.isdisjoint(above[-1:]):
            found.append(sign)
    return found


def _dated_backup(folders: Sequence[str], form: str) -> tuple[Role, str] | None:
    """A copy kept below ``backup`` or ``backups``: below a dated folder, or data in the plural one."""
    for index, folder in enumerate(folders):
        if folder not in {"backup", "backups"}:
            continue
        if any(signs.is_dated(part) for part in folders[index + 1 :]):
            return Role.BACKUP, f"a dated copy below {folder}/"
        if folder == "backups" and form == "data" and signs.WORKPLACES.isdisjoint(folders[:index]):
            return Role.BACKUP, "a copy below backups/"
    return None

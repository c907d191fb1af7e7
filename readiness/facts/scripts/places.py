"""Which files are operational scripts, and which environment one is for: by their names alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.files import language
from readiness.facts.repository.environments import environment_of
from readiness.facts.scripts.purposes import of_file, of_name
from readiness.facts.words import name_words, word_set
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.tree.model import Entry

_FOLDERS = word_set(
    """deploy deployment deployments ops operations script scripts bin tools ci infrastructure infra devops
    cron maintenance backup backups hack contrib util utils build .ci .deploy azd-hooks hooks
    """
)
_IN_SOURCES = word_set("script scripts deploy commands")
_SOURCES = word_set("src lib app source internal pkg core server client")
_LANGUAGES = {"python": "python", "shell": "shell", "javascript": "script", "typescript": "script"}


def kind_of(entry: Entry) -> str:
    """``python``, ``shell`` or ``script`` (JavaScript, TypeScript) for an operational script of the product;
    ``first-line`` where its ``#!`` line says; empty for every other file.
    """
    if entry.role is not Role.PRODUCT or not entry.size:
        return ""
    *folders, name = entry.path.lower().split("/")
    stem, _, ending = name.rpartition(".")
    kind = _LANGUAGES.get(language(entry.path), "")
    if not kind:
        return "first-line" if not stem and of_file(ending) and _operates(folders) else ""
    if kind == "script" and (ending.endswith("x") or (not of_file(stem) and not _deploying(folders))):
        return ""
    named = bool(of_file(stem))
    return kind if _operates(folders) or (named and (kind == "shell" or not folders)) else ""


def _deploying(folders: list[str]) -> bool:
    return any(folder in ("deploy", "deployment", "deployments", "ops") for folder in folders)


def _operates(folders: list[str]) -> bool:
    """Whether a file in ``folders`` is a tool of those who run the product, not a part of it."""
    for at, folder in enumerate(folders):
        inside = any(before in _SOURCES for before in folders[:at])
        if folder == "commands" and folders[at - 1] == "management":  # Django's own place for them
            return True
        if folder in _FOLDERS and (not inside or folder in _IN_SOURCES):
            return True
    return False


def meant_by(path: str) -> frozenset[str]:
    """What a script is there for by its name; in a folder for deployments, an update is one."""
    stem = stem_of(path)
    found = of_file(stem)
    updates = name_words(stem)[:1] in (("update",), ("upgrade",))
    if not found and updates and _deploying(path.lower().split("/")[:-1]):
        return frozenset(("deploy",))
    return found


def stem_of(path: str) -> str:
    """The name of a file without folder and ending: ``deploy-prod`` of ``bin/deploy-prod.sh``."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def environment(path: str) -> str:
    """The environment that a script is for, by its name or folder; empty for none in particular."""
    folder, slash, _ = path.rpartition("/")
    return environment_of(f"{folder}{slash}{stem_of(path)}.conf")


_SPEAKING = (
    *(b"deploy", b"backup", b"back_up", b"back up", b"rollback", b"roll_back", b"rollout", b"restore"),
    *(
        b"migrat",
        b"dump",
        b"snapshot",
        b"restic",
        b"borg",
        b"rclone",
        b"kubectl",
        b"helm",
        b"terraform",
        b"tofu",
    ),
    *(b"ansible", b"alembic", b"flyctl", b"vercel", b"heroku", b"rsync", b"scp ", b"compose"),
)
_TOOLS = (
    *(b"pg_dump", b"mysqldump", b"mongodump", b"kubectl", b"helm ", b"terraform", b"ansible", b"alembic"),
    *(b"restic", b"flyctl", b"vercel"),
)
_CHANGING = frozenset(("deploy", "backup", "restore", "rollback", "migrate"))


def speaks(data: bytes) -> bool:
    """Whether a word of the file is one of operations that change something: others need no reading."""
    lower = data.lower()
    return any(word in lower for word in _SPEAKING)


def defines(data: bytes) -> bool:
    """Whether a file of Python that ``speaks`` names such an operation in a function, or a tool for one."""
    if any(word in data for word in _TOOLS):
        return True
    names = (part.partition(b"(")[0].strip() for part in data.split(b"def ")[1:])
    return any(_CHANGING & of_name(name.decode("utf-8", "replace")) for name in names if len(name) < _NAME)


_NAME = 80

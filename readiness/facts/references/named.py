"""What a command names of the subject: files it reads, tasks it calls, modules it runs.

Only what the command surely reads: a file that it writes, a value with a variable in it, an
absolute path or an address names nothing of the subject. Sources: the manuals of the commands.
"""

from __future__ import annotations

from itertools import pairwise
from posixpath import basename
from typing import TYPE_CHECKING

from readiness.facts.files import language
from readiness.facts.words import word_set
from readiness.matching import Pattern
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.references.noun import Kind

_SIGNS = frozenset("<>{}*$|\\\"'()[]?!;,#%&=+@~^:` ")
_INTERPRETERS = word_set("python python3 node ruby perl php bash sh zsh source . deno tsx ts-node pwsh")
_READING = word_set(
    """
    alembic ansible-playbook bash cat chmod cp docker docker-compose flask gunicorn hadolint helm helmfile
    jest k6 kubectl less locust mypy node nomad npx packer php pip pip3 playwright podman psql pytest python
    python3 ruby ruff sam sh sops source terraform ts-node tsx uv uvicorn vault
    """
) | {"."}
# Their files without a folder are those of the repository, not of a reader.
_BARE = word_set("docker docker-compose pip pip3 uv")
_FILE_FLAGS = word_set(
    "-f --file --filename -r --requirement -c --config --values --env-file -k --kustomize -i"
)
_WRITING_FLAGS = word_set("-o --output --out -d --output-dir --outdir -w --report --junitxml --cov-report")
_CODE = word_set("go java javascript kotlin perl php powershell python ruby rust shell typescript")
_CONFIGURATION = word_set("dockerfile hcl ini json properties requirements sql toml yaml")
_MODULE = Pattern(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?::[\w.()]+)?")
_APPLICATION = word_set("uvicorn gunicorn hypercorn daphne granian celery arq")


class Named(Struct, frozen=True):
    """A thing that a command names: what it is, and how it is written (without ``./`` in front)."""

    kind: Kind
    text: str


def is_path(text: str) -> bool:
    """Whether ``text`` can be a path within the subject: no sign of a pattern, a variable or an address."""
    if not text or len(text) > 200 or text[0] in "/-~" or _SIGNS.intersection(text) or not text.isascii():
        return False
    return "..." not in text and any(char.isalnum() for char in text) and not text.replace(".", "").isdigit()


def is_file(text: str) -> bool:
    """Whether the last part of a path says that it is a program, a configuration or a document."""
    return language(text) in _CODE | _CONFIGURATION | {"markdown", "makefile", "restructuredtext"}


def kind_of(path: str, *, runs: bool = False) -> Kind:
    """What a path names, by its last part."""
    name = basename(path).lower()
    if name.startswith(("dockerfile", "containerfile")) or name.endswith(".dockerfile"):
        return "image-file"
    if "compose" in name and name.endswith((".yml", ".yaml")):
        return "compose-file"
    return "script" if runs or name.endswith((".sh", ".bash", ".ps1")) else "path"


def named_by(words: tuple[str, ...]) -> Iterator[Named]:
    """What the command ``words`` names. Tasks of runners (``make``, ``npm run``) are not among it."""
    name = words[0]
    if name.startswith(("./", "bin/", "scripts/")) or ("/" in name and name.endswith((".sh", ".bash"))):
        if not is_path(name):
            return
        yield Named(kind_of(name, runs=True), name.removeprefix("./"))
    yield from modules_of(words)
    tool = basename(name)
    if tool not in _READING:
        return
    previous, script = name, tool in _INTERPRETERS
    for word in words[1:]:
        flag, sign, value = word.partition("=") if word.startswith("--") else ("", "", "")
        operand = value if sign else word
        before = flag if sign else previous
        previous = word
        if word.startswith("-") and not sign:
            script = script and word not in ("-c", "-m", "-e", "-")
            continue
        if before in _WRITING_FLAGS or not is_path(operand):
            script = False
            continue
        if tool in ("helm", "docker", "podman", "docker-compose", "kubectl") and before == name:
            continue  # the subcommand
        yield from _operand(tool, before, operand, script=script)
        if tool in ("cp", "chmod"):
            return  # what follows is made, or is of the same kind
        script = False


def _operand(tool: str, before: str, operand: str, *, script: bool) -> Iterator[Named]:
    text = operand.removeprefix("./")
    if script and is_file(text):
        yield Named(kind_of(text, runs=True), text)
    elif before in _FILE_FLAGS and ("/" in text or (is_file(text) and tool in _BARE)):
        yield Named(kind_of(text), text)
    elif tool == "helm" and operand.startswith(("./", "charts/", "helm/")):
        yield Named("chart", text)
    elif "/" in text and is_file(text) and not before.startswith("-"):
        yield Named(kind_of(text), text)
    elif tool == "cp" and (text.startswith(".env") or is_file(text)):
        yield Named("path", text)


def modules_of(words: tuple[str, ...]) -> Iterator[Named]:
    """``python -m a.b``, ``uvicorn a.b:app``, ``celery -A a.b``."""
    tool = basename(words[0])
    for before, word in pairwise(words):
        module = tool in ("python", "python3") and before == "-m"
        served = tool in _APPLICATION and (":" in word or before in ("-A", "--app"))
        if (module or served) and _MODULE.covers(word):
            yield Named("module", word)

"""The environments that a repository claims to have, and to which of them a name belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from readiness.facts.model import Collected, Facts, Glob, Noun, Row
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.spans import Span

_NAMES = {
    "development": ("development", "dev", "develop", "local", "sandbox"),
    "staging": ("staging", "stage", "stag", "stg", "uat", "preprod", "preproduction", "preview"),
    "production": ("production", "prod", "prd", "live"),
    "test": ("test", "testing", "qa", "integration"),
}
_BY_TOKEN = {token: name for name, tokens in _NAMES.items() for token in tokens}
# In a file name these are ordinary words as well: test_data.yaml, live_view.json, integration.toml.
_WEAK = frozenset(
    ("test", "testing", "live", "integration", "qa", "local", "preview", "stage", "stag", "sandbox")
)
_CONFIGURATION = [
    ".yaml",
    ".yml",
    ".json",
    ".toml",
    ".ini",
    ".cfg",
    ".conf",
    ".env",
    ".properties",
    ".tf",
    ".tfvars",
    ".hcl",
    ".xml",
    ".config",
    ".bicepparam",
]
_FOLDERS = frozenset(
    [
        "env",
        "envs",
        "environment",
        "environments",
        "overlays",
        "config",
        "configs",
        "settings",
        "deploy",
        "deployment",
        "deployments",
        "k8s",
        "kubernetes",
        "helm",
        "values",
        "clusters",
        "stacks",
        "live",
        "infra",
        "infrastructure",
        "terraform",
        "ansible",
        "inventories",
        "inventory",
        "group_vars",
    ]
)

EnvironmentName = Literal["development", "staging", "production", "test"]


class Environment(Row, frozen=True, kw_only=True):
    """An environment that the repository claims to have: one row for each place that says so."""

    name: Annotated[EnvironmentName, "development, staging, production or test"]
    source: Annotated[Literal["file", "workflow", "settings", "script"], "what says so"] = "file"


def named(text: str) -> str:
    """The environment that ``text`` names: ``prod``, ``prd``, ``live`` are ``production``; empty if none.

    Tokens stand between ``-``, ``_``, ``.``, ``/``, ``:`` and blanks; the first that is known
    decides, save that ``pre-prod`` and ``non-production`` are not production.
    """
    return _named(text, frozenset())


def _named(text: str, ignored: frozenset[str]) -> str:
    tokens = _tokens(text)
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else ""
        if before in ("non", "not", "no") and token in _BY_TOKEN:
            continue
        if before == "pre" and _BY_TOKEN.get(token) == "production":
            return "staging"
        if token in _BY_TOKEN and token not in ignored:
            return _BY_TOKEN[token]
    return ""


def _tokens(text: str) -> list[str]:
    spaced = "".join(char if char.isalnum() else " " for char in text.lower())
    return spaced.split()


def environment_of(path: str) -> str:
    """The environment that the file ``path`` is for, by the tokens of its name and folders; empty if none.

    Only a configuration file is attributed, one of Rails' too: ``live_view.py`` is no production file.
    A word that also means something else (``test``, ``live``, ``local``) counts only as a whole folder or
    as a part set off by dots. The file's own name decides before its folders, the nearest first.
    """
    *folders, name = path.split("/")
    rails = folders[-2:] == ["config", "environments"] and name.endswith(".rb")
    if not (_configures(name) or rails):
        return ""
    stem = name.lower()
    weak = frozenset() if stem.count(".") >= 2 or stem.startswith(".env") else _WEAK
    ending = "." + stem.rpartition(".")[2]
    own = stem.removesuffix(ending) if ending in _CONFIGURATION and stem != ending else stem
    # In a whole name (`prod.yaml`, `local.yaml`) even a weak word is the environment.
    found = _named(own, frozenset() if own in _BY_TOKEN and _in_settings(folders) else weak)
    if found:
        return found
    for index in range(len(folders) - 1, -1, -1):
        folder = folders[index].lower()
        whole = folder in _BY_TOKEN and (folder not in _WEAK or _in_settings(folders[:index]))
        found = _BY_TOKEN[folder] if whole else _named(folder, _WEAK)
        if found:
            return found
    return ""


def _configures(name: str) -> bool:
    lower = name.lower()
    starts = lower.startswith((".env", "dockerfile", "docker-compose", "compose", "appsettings", "values"))
    return starts or lower.endswith(tuple(_CONFIGURATION))


def _in_settings(folders: Iterable[str]) -> bool:
    return any(folder.lower() in _FOLDERS for folder in folders)


def from_names(
    pairs: Iterable[tuple[str, Span]], source: Literal["workflow", "settings", "script"]
) -> tuple[Environment, ...]:
    """The environments that others found named: a workflow job's, a settings value's.

    Names that are no environment's give nothing. ``NODE_ENV=production`` in a build says how
    code is built, not where it runs: it must not be passed in.
    """
    rows = []
    for text, span in pairs:
        name = _literal(named(text))
        if name is not None:
            rows.append(
                Environment(
                    path=Glob(span.path),
                    line=span.line,
                    environment=name,
                    name=name,
                    source=source,
                    text=text,
                )
            )
    return tuple(rows)


def exactly(text: str) -> str:
    """The environment whose name ``text`` is as a whole; empty if it is none, or has more words."""
    return _BY_TOKEN.get(text.strip().lower(), "")


def strictly(text: str) -> str:
    """As ``named``, by those words alone that mean nothing else: ``shop-prod``, never ``preview-images``."""
    return _named(text, _WEAK)


def of_code(path: str) -> str:
    """The environment whose settings a file of code holds, where its framework keeps them by that name.

    Sources: Django, "The DJANGO_SETTINGS_MODULE" (``settings/production.py``); Elixir, "Config"
    (``config/prod.exs``).
    """
    *folders, name = path.split("/")
    stem, dot, ending = name.rpartition(".")
    place = folders[-1:] if dot else []
    kept = (place == ["settings"] and ending == "py") or (place == ["config"] and ending == "exs")
    return exactly(stem) if kept else ""


def _literal(name: str) -> EnvironmentName | None:
    match name:
        case "development" | "staging" | "production" | "test":
            return name
        case _:
            return None


def collect_environments(facts: Facts, scope: tuple[str, ...]) -> Collected[Environment]:  # noqa: ARG001
    """The environments that the names of the product's configuration files claim."""
    rows = []
    for entry in facts.tree.entries:
        claim = environment_of(entry.path) or of_code(entry.path)
        name = _literal(claim) if entry.role is Role.PRODUCT else None
        if name is not None and not entry.path.startswith((".github/workflows/", ".git/")):
            rows.append(
                Environment(
                    path=Glob(entry.path), environment=name, name=name, source="file", text=entry.path
                )
            )
    return Collected(tuple(rows), looked=tuple(row.path for row in rows))


ENVIRONMENT: Noun[Environment] = Noun(
    "environment", Environment, "an environment that the repository claims to have", collect_environments
)

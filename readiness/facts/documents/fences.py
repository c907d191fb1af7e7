"""What a block of code in a document shows: decided from its content, the language is a hint.

A block is evidence of a design and never of practice.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from readiness.facts.words import word_set
from readiness.matching import PatternSet

FenceTopic = Literal[
    "dockerfile",
    "compose",
    "kubernetes",
    "helm",
    "terraform",
    "prometheus",
    "alertmanager",
    "github-workflow",
    "gitlab-ci",
    "nginx",
    "systemd",
    "shell",
    "python",
    "javascript",
    "sql",
    "yaml",
    "json",
    "otel",
    "grafana",
    "restore",
]

_BY_LANGUAGE: tuple[tuple[FenceTopic, frozenset[str]], ...] = (
    ("dockerfile", word_set("containerfile docker dockerfile")),
    ("terraform", word_set("hcl terraform tf")),
    ("nginx", word_set("nginx nginxconf")),
    ("systemd", word_set("systemd")),
    (
        "shell",
        word_set("bash bat batch cmd console fish powershell ps1 pwsh sh shell shell-session terminal zsh"),
    ),
    ("python", word_set("py pycon python python3")),
    ("javascript", word_set("javascript js jsx mjs node ts tsx typescript")),
    ("sql", word_set("mysql pgsql plpgsql postgresql psql sql sqlite")),
    ("yaml", word_set("yaml yml")),
    ("json", word_set("json json5 jsonc")),
)
_COMMANDS = (
    "aws|az|cargo|cd|chmod|cp|curl|docker|docker-compose|export|gcloud|git|go|helm|kubectl|make|mkdir|npm|npx"
    "|pg_dump|pg_restore|pip3?|pnpm|psql|python3?|source|ssh|sudo|systemctl|terraform|uv|yarn"
)
# What brings data back, as pipelines call it too.
_RESTORE = "|".join(
    (
        r"\b(?:pg_restore|mongorestore|dbrestore|borg extract|velero restore create|wal-g backup-fetch)\b",
        r"\b(?:mysql|psql)\b[^\n]*[ <](?:[^\n ]*(?:dump|backup)|[^\n ]+\.sql)",
        r"\b(?:restic|pgbackrest|litestream)\b[^\n]* restore\b|\brestore-db-(?:instance|cluster)",
        r"\b(?:backups?|snapshot) restore\b",
    )
)
_SIGNS: tuple[tuple[str, str], ...] = (
    ("from", r"(?m)^\s*FROM\s+\S+"),
    ("run", r"(?m)^\s*(?:RUN|COPY|CMD|ENTRYPOINT|WORKDIR)\s+\S"),
    ("services", r"(?m)^services:\s*$"),
    ("image", r"(?m)^\s+(?:image|build):"),
    ("apiVersion", r"(?m)^\s*(?:- )?\"?apiVersion\"?:\s*\S+"),
    ("kind", r"(?m)^\s*\"?kind\"?:\s*\"?[A-Z]\w+"),
    ("templated", r"\{\{-?\s*(?:\.Values|include|\.Release|\.Chart|toYaml)"),
    ("helm", r"(?m)^\s*(?:\$ )?helm (?:install|upgrade|rollback|repo|template)\b"),
    (
        "terraform",
        r'(?m)^\s*(?:(?:resource|data)\s+"[\w-]+"\s+"[\w-]+"|(?:module|provider|variable)\s+"[\w-]+")\s*\{',
    ),
    ("scrape", r"(?m)^\s*scrape_configs:"),
    ("groups", r"(?m)^\s*(?:- )?groups:"),
    ("alert", r"(?m)^\s*- alert:\s*\S"),
    ("receivers", r"(?m)^\s*receivers:"),
    ("route", r"(?m)^\s*route:"),
    ("on", r"(?m)^[\"']?on[\"']?:"),
    ("jobs", r"(?m)^jobs:"),
    ("steps", r"(?m)^\s+(?:steps|runs-on):"),
    ("stages", r"(?m)^stages:"),
    ("script", r"(?m)^\s+(?:- )?script:"),
    ("nginx", r"(?m)^\s*(?:location\s+[^{\n]+\{|proxy_pass\s+\S+;|upstream\s+\w+\s*\{|server\s*\{)"),
    ("unit", r"(?m)^\[(?:Unit|Service)\]\s*$"),
    ("exec", r"(?m)^(?:ExecStart|Description|WantedBy)="),
    ("otlp", r"(?m)^\s*(?:otlp|batch):"),
    ("pipelines", r"(?m)^\s*(?:pipelines|exporters):"),
    ("otel-code", r"\b(?:opentelemetry|@opentelemetry/)"),
    ("panels", r"\"panels\"\s*:"),
    ("dashboard", r"\"(?:schemaVersion|datasource|templating|gridPos)\"\s*:"),
    ("restore", _RESTORE),
    ("prompt", r"(?m)^\s*\$ [a-z./]"),
    ("shebang", r"^#!\s*/(?:usr/)?bin/(?:env )?(?:ba|z|da)?sh"),
    ("command", rf"(?m)^\s*(?:{_COMMANDS}) [\w./$\"'-]"),
    ("python-code", r"(?m)^(?:from [\w.]+ import |import \w+$|def \w+\(|class \w+[(:])"),
    ("js-code", r"(?m)^\s*(?:const|let) \w+ = |^import .* from ['\"]|=>\s*\{"),
    (
        "sql-code",
        r"(?m)^\s*(?:SELECT|INSERT INTO|CREATE TABLE|ALTER TABLE|UPDATE \w+ SET|DELETE FROM|DROP TABLE)\b",
    ),
)
_BY_SIGNS: tuple[tuple[FenceTopic, tuple[tuple[str, ...], ...]], ...] = (
    ("dockerfile", (("from", "run"),)),
    ("compose", (("services", "image"),)),
    ("kubernetes", (("apiVersion", "kind"),)),
    ("helm", (("templated",), ("helm",))),
    ("terraform", (("terraform",),)),
    ("prometheus", (("scrape",), ("groups", "alert"))),
    ("alertmanager", (("receivers", "route"),)),
    ("github-workflow", (("on", "jobs"), ("jobs", "steps"))),
    ("gitlab-ci", (("stages", "script"),)),
    ("nginx", (("nginx",),)),
    ("systemd", (("unit", "exec"),)),
    ("otel", (("pipelines", "otlp"), ("otel-code",))),
    ("grafana", (("panels", "dashboard"),)),
    ("restore", (("restore",),)),
)
# A language that is neither of these may still be shown to be one by its content.
_BY_SIGNS_UNNAMED: tuple[tuple[FenceTopic, tuple[tuple[str, ...], ...]], ...] = (
    ("shell", (("prompt",), ("shebang",), ("command",))),
    ("python", (("python-code",),)),
    ("javascript", (("js-code",),)),
    ("sql", (("sql-code",),)),
)
# In these languages a Dockerfile's or a manifest's words are strings of a program.
_PROGRAMS: frozenset[FenceTopic] = frozenset(("javascript", "python", "sql"))


@cache
def _signs() -> PatternSet:
    return PatternSet(dict(_SIGNS))


def topics(language: str, content: str) -> frozenset[FenceTopic]:
    """What a block is, by its language as written (lower case, may be empty) and its content."""
    named = {topic for topic, names in _BY_LANGUAGE if language in names}
    signs = set(_signs().names(content))
    rules = _BY_SIGNS + (_BY_SIGNS_UNNAMED if _says_nothing(language) else ())
    found = {topic for topic, choices in rules if any(signs.issuperset(choice) for choice in choices)}
    if named & _PROGRAMS:
        found &= {"otel"}
    if found & {"dockerfile", "terraform", "nginx", "systemd"} and _says_nothing(language):
        found -= {"shell", "sql"}
    return frozenset(named | found)


def _says_nothing(language: str) -> bool:
    return language in ("", "code", "conf", "config", "none", "plain", "plaintext", "text", "txt")

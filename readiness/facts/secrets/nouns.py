"""Credentials in the subject's text: what looks like one, and which files were searched.

Nothing of a secret but its first four characters leaves this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from readiness.facts.model import Collected, FileClass, Glob, Noun, PatternTable, Row
from readiness.facts.secrets.manifests import KIND, SECRETS, SIGN
from readiness.facts.secrets.values import (
    BARE,
    GENERIC,
    PROVIDERS,
    PUBLIC,
    is_mixed,
    is_placeholder,
    is_random,
    is_real,
    looks_secret,
    masked,
    url_password,
    written,
)
from readiness.matching import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.model import Facts, Found
    from readiness.tree.model import Entry

_CERTAIN = frozenset(kind for kind, _ in PROVIDERS)

# Documents show how a credential is written, and dumps hold what users typed; only what has a provider's
# exact format is looked for there.
TABLES: tuple[PatternTable, ...] = (
    PatternTable("secrets-language", "language", PROVIDERS + PUBLIC + GENERIC, secret=True),
    PatternTable(
        "secrets-configuration",
        "configuration",
        (*PROVIDERS, *PUBLIC, *GENERIC, *((f"bare-{kind}", source) for kind, source in BARE), SIGN),
        secret=True,
    ),
    PatternTable("secrets-document", "document", PROVIDERS + PUBLIC, secret=True),
    PatternTable("secrets-data", "data", PROVIDERS + PUBLIC, secret=True),
)


class Candidate(Row, frozen=True, kw_only=True):
    """Something in a file that looks like a credential."""

    kind: Annotated[
        str, "whose credential it is, as github-token; assigned-secret and url-password by name"
    ] = ""
    certain: Annotated[bool, "it has the fixed format of its provider"] = False
    placeholder: Annotated[bool, "it only stands where a secret will be, or is a documented example"] = False
    random: Annotated[bool, "it looks made by a machine, not thought up for an example"] = False


class Search(Row, frozen=True, kw_only=True):
    """A file that was searched for credentials."""

    candidates: Annotated[int, "credentials found, placeholders not counted"] = 0
    kinds: Annotated[frozenset[str], "the kinds of the credentials found"] = frozenset()


def collect_candidates(facts: Facts, scope: tuple[str, ...]) -> Collected[Candidate]:  # noqa: ARG001
    """What looks like a credential, one row for each line and kind, in the order of places."""
    found: dict[tuple[str, int, str], Candidate] = {}
    public: set[tuple[str, int]] = set()
    for hit in _hits(facts):
        if hit.name.startswith("public-"):
            public.add((hit.entry.path, hit.line))
            continue
        for row in _manifest(facts, hit.entry) if hit.name == KIND else _candidate(hit):
            key = (row.path, row.line, row.kind)
            known = found.get(key)
            if known is None or (known.placeholder and not row.placeholder):
                found[key] = row
    certain = {(row.path, row.line) for row in found.values() if row.certain}
    declared = {(row.path, row.line) for row in found.values() if row.kind == KIND}
    rows = [
        row
        for row in found.values()
        if not (row.kind == "google-api-key" and (row.path, row.line) in public)
        and (row.certain or (row.path, row.line) not in certain | public)
        and (row.kind != "assigned-secret" or (row.path, row.line) not in declared)
    ]
    rows.sort(key=lambda row: (row.path, row.line, row.kind))
    return Collected(tuple(rows), looked=tuple(entry.path for entry in _searched(facts)))


def collect_searches(facts: Facts, scope: tuple[str, ...]) -> Collected[Search]:  # noqa: ARG001
    """One row for each file searched: its credentials, with the place of the first."""
    by_path: dict[str, list[Candidate]] = {}
    for row in facts.collected(CANDIDATE).rows:
        if not row.placeholder:
            by_path.setdefault(row.path, []).append(row)
    rows = tuple(_search(entry, by_path.get(entry.path, ())) for entry in _searched(facts))
    return Collected(rows, looked=tuple(row.path for row in rows))


def _search(entry: Entry, candidates: Iterable[Candidate]) -> Search:
    rows = tuple(candidates)
    return Search(
        path=Glob(entry.path),
        line=rows[0].line if rows else 1,
        role=entry.role,
        text=rows[0].text if rows else "no credential found",
        candidates=len(rows),
        kinds=frozenset(row.kind for row in rows),
    )


def _hits(facts: Facts) -> Iterable[Found]:
    for table in TABLES:
        yield from facts.hits(table)


def _searched(facts: Facts) -> tuple[Entry, ...]:
    classes: tuple[FileClass, ...] = ("language", "configuration", "document", "data")
    entries = {entry.path: entry for each in classes for entry in facts.searched(each)}
    return tuple(entries[path] for path in sorted(entries))


def _manifest(facts: Facts, entry: Entry) -> Iterable[Candidate]:
    for each in facts.parsed(SECRETS, entry.path).value or ():
        text = f"{KIND}: {each.shown}"
        yield Candidate(path=Glob(entry.path), line=each.line, role=entry.role, text=text, kind=KIND)


def _candidate(hit: Found) -> tuple[Candidate, ...]:
    kind = hit.name.removeprefix("bare-")
    if kind in _CERTAIN:
        value, shown = _provider_value(kind, hit.text)
    elif kind == "url-password":
        value, shown = url_password(hit.text), f"{hit.text.partition('://')[0]}://***"
        if not value:
            return ()
    else:
        name, value = _assigned(hit.text)
        if not looks_secret(name) or not is_random(value) or not (is_real(value) or is_placeholder(value)):
            return ()
        shown = f"{name[:60]} = {masked(value)}"
    return (
        Candidate(
            path=Glob(hit.entry.path),
            line=hit.line,
            role=hit.entry.role,
            text=f"{kind}: {shown}",
            kind=kind,
            certain=kind in _CERTAIN,
            placeholder=is_placeholder(value),
            random=is_random(value) or is_mixed(value),
        ),
    )


_KEY_BODY = Pattern(r"[A-Za-z0-9+/]{40,}$")


def _provider_value(kind: str, text: str) -> tuple[str, str]:
    """The secret itself, and how it is shown."""
    if kind == "private-key":
        groups = _KEY_BODY.groups(text)
        return (groups[0] if groups else text), f"{text[:5]}BEGIN … PRIVATE KEY-----"
    if kind == "aws-secret-key":
        name, value = _assigned(text)
        return value[:40], f"{name[:60]} = {masked(value)}"
    if kind == "slack-webhook":
        return text.rpartition("/")[2], "https://hooks.slack.com/***"
    if kind == "azure-storage-key":
        value = text.partition("=")[2]
        return value, f"AccountKey={masked(value)}"
    return text, masked(text)


def _assigned(text: str) -> tuple[str, str]:
    """The name and the value of ``name = "value"``, however it is written."""
    cut = min((at for at in (text.find("="), text.find(":")) if at >= 0), default=-1)
    name = text[:cut].strip().lstrip("- \t").strip("\"'")
    return name, written(text[cut:].lstrip(":=> \t").strip().strip("\"'"))


CANDIDATE: Noun[Candidate] = Noun(
    "secret.candidate",
    Candidate,
    "something that looks like a credential",
    collect_candidates,
    grade="pattern",
)
SEARCH: Noun[Search] = Noun(
    "secret.search", Search, "a file searched for credentials", collect_searches, grade="pattern"
)

"""What names announce: purposes and environments. A name is a claim, never evidence."""

from __future__ import annotations

from readiness.facts.repository.environments import named

_CLAIMS = {
    "deploy": ("deploy", "deploys", "deployment", "rollout", "promote"),
    "test": ("test", "tests", "testing", "unit"),
    "e2e-test": ("e2e", "integration", "playwright", "cypress"),
    "lint": ("lint", "linter", "linters", "linting", "quality", "style"),
    "type-check": ("types", "typecheck", "mypy"),
    "build": ("build", "compile"),
    "publish": ("publish",),
    "release": ("release",),
    "rollback": ("rollback",),
    "notify": ("notify", "notification", "notifications", "slack"),
    "smoke-test": ("smoke", "health", "healthcheck", "verify"),
    "backup": ("backup", "backups"),
    "migrate": ("migrate", "migration", "migrations"),
    "scan-code": ("security", "sast", "codeql"),
    "coverage": ("coverage",),
}
# Of these alone a revert is a way back; else it takes back a commit.
_REVERTED = frozenset({"deploy", "deployment", "deployments", "prod", "production", "release", "staging"})
_DELIVERY = frozenset({"deploy", "rollback", "smoke-test", "migrate", "release"})
# In the name of a job these say what it does, not where.
_DEEDS = frozenset({"test", "tests", "testing", "integration", "live", "local", "preview", "qa"})


def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, parted at all that is neither letter nor digit, and in camelCase."""
    out: list[str] = []
    before = ""
    for char in name[:200]:
        starts = not before.isalnum() or (char.isupper() and before.islower())
        if char.isalnum():
            if starts or not out:
                out.append("")
            out[-1] += char.lower()
        before = char
    return tuple(out)


def claims(*names: str) -> frozenset[str]:
    """The purposes that the names announce."""
    said = {word for name in names for word in words(name)}
    found = {purpose for purpose, signs in _CLAIMS.items() if said.intersection(signs)}
    if "revert" in said and said & _REVERTED:
        found.add("rollback")
    return frozenset(found)


def environment(name: str) -> str:
    """The environment that an environment's ``name`` stands for, empty if for none of the usual ones."""
    return named("-".join(words(name)))


def place(name: str) -> str:
    """The environment that the ``name`` of a job or file speaks of, empty if of none."""
    return named("-".join(word for word in words(name) if word not in _DEEDS))


def delivers_to(*names: str) -> str:
    """The environment of a job with these names, if one of them speaks of delivering; the first decides."""
    for name in names:
        if claims(name) & _DELIVERY:
            found = place(name)
            if found:
                return found
    return ""

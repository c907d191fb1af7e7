"""What a function, a file or a command is there for, by its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.repository.environments import named
from readiness.facts.words import name_words, word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELPING = word_set(
    "do run perform execute start exec cmd command handle task step auto ensure trigger begin"
)
_MAKING = word_set("create make take new write full")
_NOT_DOING = word_set(
    """get list show print find is has parse test tests mock fake delete remove clean cleanup prune rotate log
    format usage confirm ask set load read select choose need should can no on before after skip fetch count
    describe display download help init setup configure build generate save store old add register define
    assert expect
    """
)
_ABOUT = word_set(
    """path paths dir dirs directory directories folder folders name names url urls id ids key keys status
    list count size info exists enabled manager class type schedule time date timestamp age retention test
    tests option options arg args parser logger message error help usage header prompt summary instructions
    script scripts plan report result results log logs model schema entry context helper helpers util utils
    lib common window button dialog page view form handler component
    """
)
_DATA = word_set(
    "db database databases data postgres postgresql pg mysql mariadb mongo mongodb redis sqlite volume"
)
_KINDS = _DATA | word_set(
    "full daily nightly hourly weekly files system config media app automated auto site"
)
_DEPLOYING = word_set("deploy redeploy")
_DEPLOYED = word_set("deploy deployment deployments rollout release readiness ready endpoint endpoints")
_HEALTH = word_set("health healthy healthcheck healthchecks healthz liveness")
_ASKING = word_set("check checks verify verification wait test tests probe poll monitor ping validate await")
_VALIDATED = word_set(
    """system environment env environments config configuration configs settings prerequisites prereqs
    requirements dependencies deps manifests manifest deployment infrastructure setup secrets variables vars
    compose templates template terraform nginx tools connectivity inputs stack cluster
    """
)
_NO_DATA = word_set(
    """cursor terminal stty state focus scroll session cwd env ifs path stdout stderr signal signals window
    cache deps dependencies packages package nuget git stash branch permissions project solution tools
    """
)
_MESSAGES = word_set(
    "notification notifications alert alerts slack email mail message telegram webhook discord"
)
_MIGRATED = word_set("migration migrations")
_TARGETS = word_set(
    """prod production staging stage dev development test local app api web server site service aws gcp azure
    docker k8s kubernetes heroku fly full quick auto remote backend frontend qa uat prd stg preprod
    """
)
_TAKEN_BACK = (
    _TARGETS
    | _DEPLOYED
    | _DATA
    | word_set(
        """migration migrations version versions to previous last on failure failed services all system update
        upgrade image images config configuration changes stack and if needed procedure
        """
    )
)
_LANGUAGES = word_set("sh py js ts bash")

NONE: frozenset[str] = frozenset()


def of_name(name: str) -> frozenset[str]:
    """What a function called ``name`` is there for; empty where its name does not say.

    ``create_backup`` and ``backupDatabase`` back up; ``backup_config_path``, ``test_backup`` and
    ``cleanup_backups`` do not; ``rollback_transaction`` takes no deployment back.
    """
    words = [word for word in name_words(name) if word not in _LANGUAGES]
    while len(words) > 1 and words[0] in _HELPING:
        words = words[1:]
    if not words or (words[-1] in _ABOUT and "smoke" not in words) or words[0] in _NOT_DOING:
        return NONE
    purposes = {purpose for purpose, says in _SAYING if says(words)}
    return frozenset(purposes)


def of_file(stem: str) -> frozenset[str]:
    """What a script with the name ``stem`` (no folder, no ending) is there for."""
    words = [word for word in name_words(stem) if word not in _LANGUAGES]
    if words and words[-1] == "script":
        words = words[:-1]
    found = of_name("_".join(words))
    if found or not words or words[0] in _NOT_DOING or words[-1] in _ABOUT:
        return found
    if words[0] == "deployment" and set(words[1:]) <= _TARGETS:
        return frozenset(("deploy",))
    rest = set(words[:-1])
    match words[-1]:
        case "deploy" | "deployment" if rest <= _TARGETS:
            return frozenset(("deploy",))
        case "restore" | "rollback" | "migrate" if rest <= _TARGETS | _KINDS | _DEPLOYED:
            return frozenset((words[-1],))
        case _:
            return frozenset(("backup",)) if not {"backup", "backups"}.isdisjoint(words) else NONE


def _deploys(words: Sequence[str]) -> bool:
    return words[0] in _DEPLOYING or list(words) in (["deployment"], ["rollout"])


def _backs_up(words: Sequence[str]) -> bool:
    first, last = words[0], words[-1]
    if first == "backup" or list(words[:2]) == ["back", "up"]:
        return True
    if first in _MAKING:
        return "backup" in words[1:] or "backups" in words[1:] or words[1:2] == ["snapshot"]
    if first in ("dump", "snapshot"):
        return bool(set(words[1:]) & _DATA)
    return last in ("backup", "dump") and len(words) > 1 and set(words[:-1]) <= _KINDS


def _restores(words: Sequence[str]) -> bool:
    return words[0] == "restore" and not set(words[1:]) & _NO_DATA


def _rolls_back(words: Sequence[str]) -> bool:
    rest = words[2:] if list(words[:2]) == ["roll", "back"] else words[1:] if words[0] == "rollback" else None
    return _reverts(words) if rest is None else set(rest) <= _TAKEN_BACK


def _reverts(words: Sequence[str]) -> bool:
    return words[0] == "revert" and bool(set(words[1:]) & _DEPLOYED)


def _verifies(words: Sequence[str]) -> bool:
    found = set(words)
    if "smoke" in found:
        return bool(found & {"test", "tests", "check", "checks"})
    if found & _HEALTH:
        return len(found) == 1 or bool(found & (_ASKING | {"healthcheck", "healthchecks"}))
    if words[0] in ("verify", "validate", "check", "test", "probe") or list(words[:2]) == ["post", "deploy"]:
        return bool(found & _DEPLOYED) and "pre" not in found
    return words[0] in ("wait", "await") and bool(found & (_DEPLOYED | {"service", "services", "server"}))


def _validates(words: Sequence[str]) -> bool:
    found = set(words)
    if "preflight" in found or list(words[:2]) in (
        ["pre", "deploy"],
        ["pre", "flight"],
        ["pre", "deployment"],
    ):
        return True
    if words[0] == "validate":
        return len(words) == 1 or bool(found & _VALIDATED)
    return words[0] in ("check", "verify") and bool(
        found & {"prerequisites", "prereqs", "requirements", "dependencies", "environment", "config", "env"}
    )


def _migrates(words: Sequence[str]) -> bool:
    if words[0] == "migrate" or list(words[:2]) == ["db", "migrate"]:
        return True
    if set(words) & _MIGRATED:
        return words[0] in ("apply", "migrations", "database", "db") or (
            words[-1] in _MIGRATED and len(words) == 1
        )
    return words[0] == "upgrade" and bool(set(words[1:]) & _DATA)


def _notifies(words: Sequence[str]) -> bool:
    return words[0] == "notify" or (words[0] == "send" and bool(set(words[1:]) & _MESSAGES))


_SAYING = (
    ("deploy", _deploys),
    ("backup", _backs_up),
    ("restore", _restores),
    ("rollback", _rolls_back),
    ("verify", _verifies),
    ("validate", _validates),
    ("migrate", _migrates),
    ("notify", _notifies),
)

_OF_TOOLS = {
    "deploy": "deploy",
    "iac-apply": "deploy",
    "backup": "backup",
    "rollback": "rollback",
    "smoke-test": "verify",
    "iac-plan": "validate",
    "migrate": "migrate",
    "notify": "notify",
}
_RESTORING = (
    ("pg_restore",),
    ("mongorestore",),
    ("restic", "restore"),
    ("borg", "extract"),
    ("velero", "restore"),
    ("wal-g", "backup-fetch"),
    ("pgbackrest", "restore"),
    ("barman", "recover"),
    ("etcdctl", "snapshot", "restore"),
)
_CHECKING = (
    ("terraform", "validate"),
    ("tofu", "validate"),
    ("nginx", "-t"),
    ("helm", "lint"),
    ("helm", "template"),
    ("kubeconform",),
    ("kubeval",),
    ("ansible-playbook", "--syntax-check"),
    ("docker", "compose", "config"),
    ("pip", "check"),
)


def of_tool(purposes: frozenset[str], words: Sequence[str]) -> frozenset[str]:
    """What a command is there for, by the ``purposes`` of its tool and its bare ``words``."""
    found = {_OF_TOOLS[each] for each in purposes if each in _OF_TOOLS}
    if words and words[0] in ("scp", "rsync") and ":" not in words[-1]:  # it fetches
        found.discard("deploy")
    if _starts_an_environment(words):
        found.add("deploy")
    plain = [word for word in words if not word.startswith("-") or word in ("-t", "--syntax-check")]
    found |= {"restore" for phrase in _RESTORING if tuple(plain[: len(phrase)]) == phrase}
    found |= {"validate" for phrase in _CHECKING if tuple(plain[: len(phrase)]) == phrase}
    if words[:1] in (["kubectl"], ("kubectl",)) and any(word.startswith("--dry-run") for word in words):
        found.add("validate")
    return frozenset(found)


def _starts_an_environment(words: Sequence[str]) -> bool:
    """Whether it is ``docker compose up`` with the files of staging or production."""
    composes = list(words[:2]) == ["docker", "compose"] or list(words[:1]) == ["docker-compose"]
    return composes and "up" in words and any(named(word) in ("production", "staging") for word in words[1:])


def short(words: Sequence[str]) -> str:
    """A command's name: its program, and the word after it where that is a plain word, and so no secret."""
    first, *rest = words or ("",)
    plain = rest[:1] and rest[0].replace("-", "").replace("_", "").isalnum() and not rest[0].startswith("-")
    return f"{first} {rest[0]}" if plain else first

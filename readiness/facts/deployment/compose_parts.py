"""The parts of a service in a compose file, whichever of their forms they are written in.

Source: Compose Specification, "Services top-level elements", read 2025-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.containers.variables import UNKNOWN
from readiness.facts.deployment.interpolation import interpolated
from readiness.facts.deployment.merging import as_table, flat
from readiness.records import Struct
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TRUE = frozenset(("true", "yes", "on"))


class Mount(Struct, frozen=True):
    """What is mounted where; ``named`` for a volume with a name of its own."""

    source: str
    target: str
    named: bool


def bool_of(node: Table, key: str) -> bool:
    """Whether a switch is on, in the words that Compose takes."""
    return node.text(key).lower() in _TRUE


def words(node: Table, key: str) -> tuple[str, ...]:
    """The texts of a list, or the one text that stands instead of it."""
    return tuple(item.text for item in node.items(key) if isinstance(item, Scalar))


def mounts(node: Table) -> tuple[Mount, ...]:
    """The volumes of a service."""
    return tuple(_mount(item) for item in node.items("volumes") if not isinstance(item, Items))


def _mount(item: Scalar | Table) -> Mount:
    if isinstance(item, Table):
        source, kind = item.text("source"), item.text("type", "volume")
        return Mount(source, item.text("target"), named=kind == "volume" and bool(source))
    source, colon, rest = _after_variable(item.text)
    if not colon:
        return Mount("", source, named=False)
    named = not source.startswith((".", "/", "~", "$", "\\")) and source[1:2] != ":"
    return Mount(source, rest.partition(":")[0], named=named)


def _after_variable(text: str) -> tuple[str, str, str]:
    """``text`` cut at the first colon that is not within ``${…}``."""
    depth = 0
    for index, char in enumerate(text):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        elif char == ":" and depth <= 0:
            return text[:index], ":", text[index + 1 :]
    return text, "", ""


def dangers(node: Table, bound: tuple[Mount, ...]) -> frozenset[str]:
    """By what a service can take over the machine that it runs on, in a few words each."""
    signs = {
        "privileged": bool_of(node, "privileged"),
        "docker socket": any(each.source.endswith(("docker.sock", "podman.sock")) for each in bound),
        "all capabilities": any(word.upper() in ("ALL", "CAP_ALL") for word in words(node, "cap_add")),
        "host network": node.text("network_mode") == "host",
        "host pid": node.text("pid") == "host",
    }
    return frozenset(sign for sign, there in signs.items() if there)


def depends_on(node: Table) -> tuple[tuple[str, bool], ...]:
    """The services that a service waits for, and whether until they are healthy or done."""
    value = node.get("depends_on")
    if isinstance(value, Table):
        done = ("service_healthy", "service_completed_successfully")
        return tuple(
            (name, isinstance(each, Table) and each.text("condition") in done)
            for name, (_, each) in flat(value).items()
        )
    return tuple((name, False) for name in words(node, "depends_on"))


def environment_pairs(node: Table) -> Iterator[tuple[str, str]]:
    """The variables that the file itself gives a value."""
    value = node.get("environment")
    table = as_table(value) if value is not None else None
    for name, (_, each) in flat(table).items() if isinstance(table, Table) else ():
        if isinstance(each, Scalar) and not each.null and not each.tag:
            yield name, each.text


def has_healthcheck(node: Table, inherited: bool) -> bool:
    """Whether a check runs: one that is set and not switched off, else the image's own."""
    check = node.table("healthcheck")
    if check is None:
        return inherited
    test = words(check, "test")
    if bool_of(check, "disable") or test[:1] == ("NONE",):
        return False
    return bool(test) or inherited


def restart_policy(node: Table) -> str:
    """``restart``, or the condition of ``deploy.restart_policy`` (by default ``any``); empty for neither."""
    policy = (node.table("deploy") or Table(1)).get("restart_policy")
    if policy is not None:
        return policy.text("condition", "any") if isinstance(policy, Table) else "any"
    return node.text("restart")


def published(node: Table, variables: Mapping[str, str]) -> frozenset[str]:
    """The ports that a service publishes, in the short form; variables that nobody sets as written."""
    found = set()
    for item in node.items("ports"):
        if isinstance(item, Scalar) and not item.null:
            shown = interpolated(item.text, variables)
            found.add(item.text if UNKNOWN in shown else shown)
        elif isinstance(item, Table):
            parts = (item.text("host_ip"), item.text("published"), item.text("target"))
            found.add(":".join(part for part in parts if part))
    return frozenset(found)

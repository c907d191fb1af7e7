"""Which doors for administrators and data stores a firewall's resource opens to everyone.

Sources: Terraform Registry, ``aws_security_group``, ``aws_security_group_rule``,
``aws_vpc_security_group_ingress_rule``, ``azurerm_network_security_rule``, ``google_compute_firewall``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.structured.nodes import Items, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.structured.hcl import Block

_EVERYONE = frozenset(("0.0.0.0/0", "::/0", "*", "any", "internet"))
# SSH, RDP, and the usual ports of data stores and of what manages a cluster.
_DOORS = (22, 2379, 3306, 3389, 5432, 5984, 6379, 9200, 11211, 1433, 1521, 27017)
_ALL = (0, 65535)
_MOST = 200

Ranges = tuple[tuple[int, int], ...]


def opened(block: Block, type_: str) -> frozenset[str] | None:
    """The ports of ``_DOORS`` that a resource opens to everyone; None where an expression decides."""
    found: set[str] = set()
    known = True
    for sources, ports in _rules(block, type_):
        everyone = None if sources is None else not _EVERYONE.isdisjoint(each.lower() for each in sources)
        if everyone is False:
            continue
        doors = None if ports is None else _doors(ports)
        if everyone and doors is not None:
            found |= doors
        elif doors is None or doors:
            known = False
    return frozenset(found) if known or found else None


def _doors(ranges: Ranges) -> set[str]:
    return {str(port) for port in _DOORS if any(low <= port <= high for low, high in ranges)}


def _rules(block: Block, type_: str) -> Iterator[tuple[list[str] | None, Ranges | None]]:
    """The sources and the ports of each rule that lets something in; None where an expression decides."""
    match type_:
        case "aws_security_group" | "aws_default_security_group":
            for inner in _within(block, "ingress"):
                yield _texts(inner, "cidr_blocks", "ipv6_cidr_blocks"), _from_to(inner, "protocol")
        case "aws_security_group_rule":
            if block.text("type") == "ingress":
                yield _texts(block, "cidr_blocks", "ipv6_cidr_blocks"), _from_to(block, "protocol")
        case "aws_vpc_security_group_ingress_rule":
            yield _texts(block, "cidr_ipv4", "cidr_ipv6"), _from_to(block, "ip_protocol")
        case "azurerm_network_security_group":
            for inner in _within(block, "security_rule"):
                yield from _azure(inner)
        case "azurerm_network_security_rule":
            yield from _azure(block)
        case "google_compute_firewall":
            if block.text("direction") != "EGRESS":
                sources = _texts(block, "source_ranges")
                for inner in _within(block, "allow"):
                    ports = _texts(inner, "ports")
                    yield sources, (_ALL,) if ports == [] else _ranges(ports)
        case _:
            return


def _within(block: Block, kind: str) -> Iterator[Block]:
    """The blocks of a kind, and what a ``dynamic`` one makes."""
    for inner in block.blocks[:_MOST]:
        if inner.kind == kind:
            yield inner
        elif inner.kind == "dynamic" and inner.labels[:1] == (kind,):
            yield from inner.inside("content")


def _azure(block: Block) -> Iterator[tuple[list[str] | None, Ranges | None]]:
    if block.text("direction") == "Outbound" or block.text("access") == "Deny":
        return
    sources = _texts(block, "source_address_prefix", "source_address_prefixes")
    ports = _texts(block, "destination_port_range", "destination_port_ranges")
    yield sources, (_ALL,) if ports is not None and "*" in ports else _ranges(ports)


def _texts(block: Block, *names: str) -> list[str] | None:
    """What is written of some attributes, one after the other; None if one of them is an expression."""
    found: list[str] = []
    for name in names:
        node = block.get(name)
        for item in node.items[:_MOST] if isinstance(node, Items) else (node,):
            if _is_open(item):
                return None
            if isinstance(item, Scalar) and not item.null:
                found.append(item.text)
    return found


def _is_open(node: Node | None) -> bool:
    return node is not None and not (isinstance(node, Scalar) and not node.tag)


def _from_to(block: Block, protocol: str) -> Ranges | None:
    if block.text(protocol) in ("-1", "all"):
        return (_ALL,)
    ports = _texts(block, "from_port", "to_port")
    return None if ports is None else _ranges(["-".join(ports)] if ports else [])


def _ranges(ports: list[str] | None) -> Ranges | None:
    """``22`` and ``20-25`` as ranges of numbers; None for what is neither."""
    if ports is None:
        return None
    found: list[tuple[int, int]] = []
    for port in ports:
        low, _, high = port.partition("-")
        high = high or low
        if not (low.isdecimal() and high.isdecimal() and len(low) < 6 and len(high) < 6):
            return None
        found.append((int(low), int(high)))
    return tuple(found)

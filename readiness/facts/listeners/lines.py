"""Listeners of Apache and HAProxy, whose files are read line by line.

Sources: Apache HTTP Server, "core" (VirtualHost), mod_ssl (``SSLProtocol`` is ``all -SSLv3`` by default),
mod_alias, mod_rewrite, mod_md; HAProxy Configuration Manual, "bind", "http-request redirect", "ssl-min-ver".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.listeners.row import Found
from readiness.facts.model import Parser
from readiness.structured.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.listeners.row import Certificates


def parse_apache(data: bytes) -> tuple[Found, ...]:
    """Every ``VirtualHost`` of a file of Apache."""
    text = decode(data)
    if "<virtualhost" not in text.lower():
        return ()
    found: list[Found] = []
    managed = False
    block: list[list[str]] = []
    start, addresses = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        head = words[0].lower() if words else ""
        if head == "<virtualhost":
            start, addresses, block = number, line.strip()[len("<virtualhost") :].strip(" >"), []
        elif head == "</virtualhost>" and start:
            found += _virtual_host(start, addresses, block, managed=managed)
            start = 0
        elif head in ("mdomain", "<mdomain", "<mdomainset"):
            managed = True
        elif start and head and not head.startswith("#"):
            block.append(words)
    return tuple(found)


def _virtual_host(line: int, addresses: str, block: list[list[str]], *, managed: bool) -> Iterator[Found]:
    named = {words[0].lower(): words[1:] for words in block}
    tls = [word.lower() for word in named.get("sslengine", ())] == ["on"]
    path = (named.get("sslcertificatefile") or [""])[0].strip("\"'")
    redirects = any(
        words[0].lower() in ("redirect", "redirectpermanent", "redirectmatch", "rewriterule")
        and any(word.strip("\"'").startswith("https://") for word in words[1:])
        for words in block
    )
    protocols = named.get("sslprotocol")
    for address in addresses.split()[:4]:
        port = address.rpartition(":")[2] if ":" in address else ""
        yield Found(
            line=line,
            host=" ".join(named.get("servername", ()))[:120],
            port=port if port.isdecimal() else "80",
            tls=tls,
            redirects=redirects and not tls,
            certificates=_certificates(path, managed=managed) if tls else "",
            old=_is_old(protocols) if tls and protocols else False,
        )


def _is_old(protocols: list[str]) -> bool:
    words = [word.lower() for word in protocols]
    if "all" in words or "+all" in words:
        return not {"-tlsv1", "-tlsv1.1"} <= set(words)
    return bool({"tlsv1", "tlsv1.1", "+tlsv1", "+tlsv1.1", "sslv3", "+sslv3"} & set(words))


def _certificates(path: str, *, managed: bool) -> Certificates | None:
    if managed or "/letsencrypt/" in path:
        return "automatic"
    if not path or "$" in path:
        return None
    return "self-signed" if "snakeoil" in path or "localhost" in path else "files"


def parse_haproxy(data: bytes) -> tuple[Found, ...]:
    """Every ``bind`` of a front end of HAProxy."""
    text = decode(data)
    if "bind" not in text:
        return ()
    found: list[Found] = []
    section, name = "", ""
    binds: list[tuple[int, list[str]]] = []
    redirects = False
    least = ""
    for number, line in enumerate((*text.splitlines(), "defaults"), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if words[0] in (
            "frontend",
            "listen",
            "backend",
            "defaults",
            "global",
            "userlist",
            "resolvers",
            "peers",
        ):
            if section in ("frontend", "listen"):
                found += (_bind(at, each, name, least, redirects=redirects) for at, each in binds)
            section, name = words[0], words[1] if len(words) > 1 else ""
            binds, redirects = [], False
        elif words[0] == "bind" and len(words) > 1:
            binds.append((number, words[1:]))
        elif "redirect" in words[:2] and "scheme" in words and "https" in words:
            redirects = True
        elif words[0] == "ssl-default-bind-options" and "ssl-min-ver" in words[:-1]:
            least = words[words.index("ssl-min-ver") + 1]
    return tuple(found)


def _bind(line: int, words: list[str], name: str, least: str, *, redirects: bool) -> Found:
    tls = "ssl" in words
    port = words[0].rpartition(":")[2]
    own = words[words.index("ssl-min-ver") + 1] if "ssl-min-ver" in words[:-1] else least
    path = words[words.index("crt") + 1] if "crt" in words[:-1] else ""
    return Found(
        line=line,
        host=name[:120],
        port=port,
        tls=tls,
        redirects=redirects and not tls,
        certificates=_certificates(path, managed=False) if tls else "",
        old=own in ("TLSv1.0", "TLSv1.1", "SSLv3") if tls and own else False,
    )


APACHE: Parser[tuple[Found, ...]] = Parser("listeners-apache", 1, parse_apache, kept=tuple[Found, ...])
HAPROXY: Parser[tuple[Found, ...]] = Parser("listeners-haproxy", 1, parse_haproxy, kept=tuple[Found, ...])

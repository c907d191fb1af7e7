"""Servers of nginx, and of the others that write blocks in braces: sites of Caddy.

Sources: nginx documentation, "Core functionality", ngx_http_core_module, ngx_http_ssl_module (the default
of ``ssl_protocols`` has no TLS 1.1 since 1.27.3; older versions had), ngx_http_rewrite_module; Caddy
documentation, "Caddyfile concepts", "Automatic HTTPS", "tls".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.listeners.row import Found
from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.structured.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.listeners.row import Certificates

_MAX = 20_000  # directives of one file that are looked at
_DEPTH = 40
_NAME = 80  # the longest name of a variable
_OLD = ("TLSv1", "TLSv1.0", "TLSv1.1", "SSLv3", "SSLv2")


class Directive(Struct, frozen=True):
    """A directive with its words, and those in its braces; ``depth`` and ``end`` place it in the list."""

    line: int
    words: tuple[str, ...]
    depth: int
    block: bool


def directives(text: str, *, by_line: bool = False) -> tuple[Directive, ...]:
    """The directives of a text, in order, each with how many braces it stands in.

    They end at a semicolon, of Caddy (``by_line``) at the end of the line. Words in quotes are one.
    """
    found: list[Directive] = []
    depth = 0
    words: list[str] = []
    start = 1
    for line, word in _words(text):
        if word == "\n":
            if by_line and words:
                found.append(Directive(start, tuple(words), depth, block=False))
                words = []
        elif word == ";" and not by_line:
            if words:
                found.append(Directive(start, tuple(words), depth, block=False))
            words = []
        elif word == "{":
            found.append(Directive(start if words else line, tuple(words), depth, block=True))
            words = []
            depth += 1
        elif word == "}":
            if words:
                found.append(Directive(start, tuple(words), depth, block=False))
            words = []
            depth = max(0, depth - 1)
        else:
            if not words:
                start = line
            words.append(word)
        if len(found) >= _MAX or depth > _DEPTH:
            break
    return tuple(found)


def _words(text: str) -> Iterator[tuple[int, str]]:
    """The words of a text with their lines; braces, semicolons and line ends are words of their own."""
    for number, line in enumerate(text.splitlines(), 1):
        index, size = 0, len(line)
        while index < size:
            char = line[index]
            if char.isspace():
                index += 1
            elif char == "#":
                break
            elif char in ";}" or (char == "{" and not _variable(line, index)):
                yield number, char
                index += 1
            elif char in "\"'`":
                end = line.find(char, index + 1)
                end = size if end < 0 else end
                yield number, line[index + 1 : end]
                index = end + 1
            else:
                end = _end(line, index)
                yield number, line[index:end]
                index = end
        yield number, "\n"


def _variable(line: str, index: int) -> int:
    """Where the ``{$NAME}`` or ``${NAME}`` whose brace is at ``index`` ends; 0 if it opens a block."""
    for at in range(index + 1, min(len(line), index + _NAME)):
        char = line[at]
        if char == "}":
            return at if at > index + 1 else 0
        if char.isspace() or char == ";":
            return 0
    return 0


def _end(line: str, index: int) -> int:
    """Where the word that begins at ``index`` ends; ``${…}`` and ``{$…}`` are part of it."""
    at = index
    while at < len(line):
        char = line[at]
        if char == "{":
            end = _variable(line, at)
            if not end:
                return at
            at = end
        elif char == "}" or char.isspace() or char == ";":
            return at
        at += 1
    return at


def _inside(all_: tuple[Directive, ...], index: int) -> tuple[Directive, ...]:
    """What stands in the braces of a block, at any depth."""
    depth = all_[index].depth
    end = index + 1
    while end < len(all_) and all_[end].depth > depth:
        end += 1
    return all_[index + 1 : end]


def parse_nginx(data: bytes) -> tuple[Found, ...]:
    """Every listener of every ``server`` of a file of nginx; none if it has no server."""
    text = decode(data)
    if "server" not in text:
        return ()
    all_ = directives(text)
    found: list[Found] = []
    outer = [each for each in all_ if each.words[:1] == ("ssl_protocols",) and each.depth <= 1]
    for index, each in enumerate(all_):
        if each.block and each.words == ("server",):
            found += _server(each, _inside(all_, index), outer)
    return tuple(found)


def _server(block: Directive, inner: tuple[Directive, ...], outer: list[Directive]) -> Iterator[Found]:
    own = [each for each in inner if each.depth == block.depth + 1]
    named = {each.words[0]: each.words[1:] for each in own if each.words}
    listens = [each for each in own if each.words[:1] == ("listen",)]
    if not listens and not ({"server_name", "location", "root", "return"} & named.keys()):
        return  # a server of an upstream, or of a stream
    host = " ".join(named.get("server_name", ()))
    paths = named.get("ssl_certificate", ())
    redirects = any(_sends_on(each.words) for each in inner)
    protocols = named.get("ssl_protocols") or (outer[0].words[1:] if outer else ())
    old = any(word in _OLD for word in protocols) if protocols else False
    always = named.get("ssl") == ("on",)
    seen: set[tuple[str, bool]] = set()
    for listen in listens or [Directive(block.line, ("listen", "80"), 0, block=False)]:
        words = listen.words[1:]
        port = _port(words[0]) if words else ""
        tls = always or "ssl" in words or "quic" in words
        if not port or (port, tls) in seen:
            continue
        seen.add((port, tls))
        yield Found(
            line=listen.line,
            host=host[:120],
            port=port,
            tls=tls,
            redirects=redirects and not tls,
            certificates=_certificates(paths) if tls else "",
            old=old and tls,
        )


def _port(address: str) -> str:
    """The port of ``80``, ``*:80``, ``[::]:80``; 80 of an address alone; empty for a socket."""
    if address.startswith("unix:"):
        return ""
    last = address.rpartition(":")[2] if ":" in address and not address.endswith("]") else address
    if last.isdecimal() or "$" in last:
        return last
    return "80"


def _sends_on(words: tuple[str, ...]) -> bool:
    first = words[0] if words else ""
    if first == "return":
        return any(word.startswith("https://") for word in words[1:])
    return first == "rewrite" and len(words) > 2 and words[2].startswith("https://")


def _certificates(paths: tuple[str, ...]) -> Certificates | None:
    path = paths[0] if paths else ""
    if not path or path.startswith("$"):
        return None
    if "/letsencrypt/" in path or "/acme" in path or "/.lego/" in path:
        return "automatic"
    return "self-signed" if any(word in path for word in ("snakeoil", "self", "localhost")) else "files"


def parse_caddy(data: bytes) -> tuple[Found, ...]:
    """Every address of every site of a Caddyfile. Caddy gets certificates, and sends on, by itself."""
    all_ = directives(decode(data), by_line=True)
    found: list[Found] = []
    said: set[str] = set()
    if all_ and all_[0].block and not all_[0].words:
        said = {" ".join(each.words[:2]) for each in _inside(all_, 0)}
    first = next((each for each in all_ if each.words), None)
    for index, each in enumerate(all_):
        if each.block and each.depth == 0 and each.words and not each.words[0].startswith(("(", "&(")):
            found += _site(each.line, each.words, _inside(all_, index), said)
    if (
        not found
        and first is not None
        and not first.block
        and first.depth == 0
        and first.words[0] != "import"
    ):
        found += _site(first.line, first.words, all_, said)  # one site without braces
    return tuple(found)


def _site(line: int, words: tuple[str, ...], inner: tuple[Directive, ...], said: set[str]) -> Iterator[Found]:
    managed = "auto_https off" not in said
    sends_on = managed and "auto_https disable_redirects" not in said
    tls = next((each.words[1:] for each in inner if each.words[:1] == ("tls",)), None)
    redirects = any(
        each.words[:1] == ("redir",) and any("https://" in word for word in each.words) for each in inner
    )
    for word in (part for each in words for part in each.split(",")):
        if not word:
            continue
        scheme, sign, rest = word.partition("://")
        scheme, rest = (scheme, rest) if sign else ("", word)
        host, _, port = rest.partition("/")[0].rpartition(":") if ":" in rest else (rest, "", "")
        plain = scheme == "http" or port == "80" or (not host and port != "443" and tls is None)
        open_ = "$" in word and not plain
        local = host in ("localhost", "127.0.0.1") or host.endswith((".localhost", ".internal", ".local"))
        by_hand = not managed and tls is None
        yield Found(
            line=line,
            host=host[:120],
            port=port or ("80" if plain else "443"),
            tls=False if plain or by_hand else None if open_ else True,
            redirects=redirects if plain or by_hand else None if open_ else sends_on,
            certificates=""
            if plain or by_hand
            else "self-signed"
            if local or tls == ("internal",) or "local_certs" in said
            else "files"
            if tls is not None and len(tls) >= 2
            else "automatic",
            old=False,
        )


NGINX: Parser[tuple[Found, ...]] = Parser("listeners-nginx", 1, parse_nginx, kept=tuple[Found, ...])
CADDY: Parser[tuple[Found, ...]] = Parser("listeners-caddy", 1, parse_caddy, kept=tuple[Found, ...])

"""What an expression of PromQL asks for: the names of its series, and what it is about.

A scan over its characters, no grammar: names are the words that are no function, no keyword and no label.
Sources: Prometheus, "Querying basics", "Operators", "Functions", "Metric and label naming"; the SRE book,
"The Four Golden Signals".
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from readiness.facts.words import name_words, word_set

if TYPE_CHECKING:
    from readiness.facts.monitoring.model import About

_LONGEST = 20_000
_KEYWORDS = word_set(
    """
    and or unless bool offset on ignoring group_left group_right by without inf nan start end atan2
    avg bottomk count count_values group limit_ratio limitk max min quantile stddev stdvar sum topk
    """
)
_LISTS = frozenset(("by", "without", "on", "ignoring", "group_left", "group_right"))
_FIRST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:")
_REST = _FIRST | frozenset("0123456789")
_QUOTES = frozenset("\"'`")
_CLOSERS = {"{": "}", "[": "]"}


def series(expression: str) -> tuple[frozenset[str], bool]:
    """The names of an expression's series, and whether these are all.

    They are not where a series is chosen by a pattern of its name, a template is put in, or the
    expression is very long.
    """
    text = expression[:_LONGEST]
    found: set[str] = set()
    whole = len(expression) <= _LONGEST and "{{" not in text and "${" not in text
    at, size = 0, len(text)
    while at < size:
        char = text[at]
        if char in _QUOTES:
            at = _past_quotes(text, at)
        elif char in _CLOSERS:
            end = _past_brackets(text, at, _CLOSERS[char])
            if "__name__" in text[at:end]:
                whole = False
            at = end
        elif char == "#":
            end = text.find("\n", at)
            at = size if end < 0 else end
        elif char in _FIRST:
            start = at
            while at < size and text[at] in _REST:
                at += 1
            at = _word(text, start, at, found)
        elif char.isdigit() or char == ".":
            while at < size and (text[at] in _REST or text[at] == "."):
                at += 1
        else:
            at += 1
    return frozenset(found), whole


def _word(text: str, start: int, end: int, found: set[str]) -> int:
    """Take the word up to ``end`` for a series if it is one; where to go on."""
    word = text[start:end]
    after = end
    while after < len(text) and text[after] in " \t\r\n":
        after += 1
    follows = text[after : after + 1]
    if word.lower() in _LISTS and follows == "(":
        close = text.find(")", after)
        return len(text) if close < 0 else close + 1
    if follows != "(" and word.lower() not in _KEYWORDS:
        found.add(word)
    return end


def _past_quotes(text: str, at: int) -> int:
    quote = text[at]
    at += 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" and quote != "`" else 1
    return at + 1


def _past_brackets(text: str, at: int, closer: str) -> int:
    """Behind the bracket that closes the one at ``at``; texts within may hold brackets of their own."""
    at += 1
    while at < len(text) and text[at] != closer:
        at = _past_quotes(text, at) if text[at] in _QUOTES else at + 1
    return at + 1


_WORDS: tuple[tuple[About, frozenset[str]], ...] = (
    (
        "availability",
        word_set(
            "absent availability unavailable down dead missing offline outage uptime unreachable "
            "unhealthy crashloop crashlooping restarting restarts notready"
        ),
    ),
    (
        "errors",
        word_set(
            "error errors failed fail failing failure failures exception exceptions 5xx panic panics rejected"
        ),
    ),
    ("latency", word_set("latency duration slow p50 p90 p95 p99 apdex timeout timeouts")),
    (
        "saturation",
        word_set(
            """
            cpu memory mem disk filesystem fs heap inodes swap load queue backlog lag saturation connections
            pool throttled throttling quota capacity oom oomkilled utilization usage full storage
            """
        ),
    ),
    ("traffic", word_set("traffic throughput rps qps")),
)
_UP = frozenset(("up", "probe_success", "pg_up", "redis_up", "mysql_up", "mongodb_up", "nginx_up"))
_SERVER_ERRORS = ('"5', "'5", '"^5', "5xx", "5..", '"error', '"ERROR', '"SERVER_ERROR')
_PAIRS: tuple[tuple[About, tuple[str, str]], ...] = (
    ("latency", ("response", "time")),
    ("latency", ("request", "time")),
    ("traffic", ("request", "rate")),
    ("availability", ("service", "down")),
    ("availability", ("status", "check")),
    ("availability", ("healthy", "host")),
    ("availability", ("host", "count")),
)


def about(name: str, expression: str, names: frozenset[str]) -> frozenset[About]:
    """What an alert watches, by its name, by the words of its series and by how it asks for them."""
    words = [*name_words(name[:400])]
    for each in sorted(names):
        words += name_words(each)
    there = set(words)
    found = {kind for kind, known in _WORDS if not known.isdisjoint(there)}
    following = set(pairwise(words))
    found |= {kind for kind, pair in _PAIRS if pair in following}
    if not _UP.isdisjoint(names) or "absent(" in expression:
        found.add("availability")
    if any(sign in expression[:_LONGEST] for sign in _SERVER_ERRORS):
        found.add("errors")
    if "histogram_quantile(" in expression:
        found.add("latency")
    return frozenset(found)

"""What a secret looks like, by its name and by its value; and how it is hidden.

Pure text, no files. Sources: the providers' own descriptions of their token formats, and
OWASP's cheat sheet on secrets management, read 2025-08.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from math import log2

from readiness.facts.words import name_words, word_set
from readiness.matching import Pattern, PatternSet

PROVIDERS: tuple[tuple[str, str], ...] = (
    ("aws-access-key", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    (
        "aws-secret-key",
        r"(?i)\baws_?secret_?(?:access_?)?key[\"']?\s{0,4}[:=]\s{0,4}[\"']?[a-z0-9/+=]{40}(?:[^a-z0-9/+=]|$)",
    ),
    ("github-token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50})[A-Za-z0-9_]*"),
    ("gitlab-token", r"\bgl(?:pat|ptt|dt|rt)-[A-Za-z0-9_-]{20,}"),
    ("slack-token", r"\bxox[abeoprs]-[0-9A-Za-z]{4,}-[0-9A-Za-z-]{10,}"),
    (
        "slack-webhook",
        r"https://hooks\.slack\.com/(?:services|workflows)/T[A-Z0-9]{6,}/[AB][A-Z0-9]{6,}/[A-Za-z0-9]{16,}",
    ),
    ("google-api-key", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("stripe-key", r"\b[rs]k_live_[0-9A-Za-z]{16,}"),
    ("sendgrid-key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("twilio-key", r"\bSK[0-9a-f]{32}\b"),
    ("npm-token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("pypi-token", r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
    ("digitalocean-token", r"\bdo[opr]_v1_[0-9a-f]{64}\b"),
    ("huggingface-token", r"\bhf_[A-Za-z0-9]{34}\b"),
    ("anthropic-key", r"\bsk-ant-[A-Za-z0-9_-]{24,}"),
    (
        "openai-key",
        r"\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,}|[A-Za-z0-9]{48}\b|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})",
    ),
    ("azure-storage-key", r"\bAccountKey=[A-Za-z0-9+/]{86}=="),
    # The key itself must follow: code that looks for the words is not a key, and
    # a header "Proc-Type: 4,ENCRYPTED" or "BEGIN ENCRYPTED" holds it back.
    (
        "private-key",
        r"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH) )?PRIVATE KEY-----(?:\\r|\\n|[\s\"'+,])*[A-Za-z0-9+/]{40,}",
    ),
)
"""Formats with a fixed shape, by kind: what fits is a credential, or was made to look like one."""

PUBLIC: tuple[tuple[str, str], ...] = (
    (
        "public-google-key",
        r"(?:\bapiKey|\bcurrent_key|\b(?:NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC)_[A-Z0-9_]+)[\"']?\s{0,4}[:=]\s{0,4}[\"']?AIza[0-9A-Za-z_-]{35}",
    ),
)
"""What is public by design although it has a provider's format: the key of a web application."""

_NAME = (
    r"[A-Za-z0-9_.-]*(?:password|passwd|pwd|secret|token|api_?-?key|private_?key|access_?key|credentials?)"
    r"[A-Za-z0-9_.-]*"
)
GENERIC: tuple[tuple[str, str], ...] = (
    (
        "assigned-secret",
        rf"(?i)\b{_NAME}[\"']?\s{{0,4}}(?::=|=>|[:=])\s{{0,4}}(?:\"[^\"\s]{{16,}}\"|'[^'\s]{{16,}}')",
    ),
    (
        "url-password",
        r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s:/@\"'<>{}]+:[^\s/@\"'<>{}]{3,}@[A-Za-z0-9.-]+",
    ),
)
"""A literal given to a name that speaks of secrets, and a password within a URL: less certain."""

BARE: tuple[tuple[str, str], ...] = (
    (
        "assigned-secret",
        (
            rf"(?im)^[ \t-]*{_NAME}[ \t]*[:=][ \t]*(?:[^\s\"'#{{}}$<>]{{16,}}|"
            rf"\"?\$\{{[A-Za-z0-9_.-]{{1,80}}:-?[^\s\"'{{}}<>]{{16,}}\}}\"?)[ \t]*$"
        ),
    ),
)
"""The same without quotes, as configuration files have it, or as what a variable has by default."""

_SECRET_WORDS = word_set(
    "apikey credential credentials passphrase passwd password pat privatekey pwd secret secretkey token"
)
_SECRET_PAIRS = frozenset(
    (
        *(("access", "key"), ("api", "key"), ("auth", "key"), ("encryption", "key"), ("private", "key")),
        *(("secret", "key"), ("service", "key"), ("signing", "key"), ("master", "key"), ("account", "key")),
    )
)
# What such a name ends in when its value is something about a secret.
_ABOUT = word_set("""
    algorithm age arn audience count class days dir disabled enabled endpoint exp expire expires expiration
    expiry field file format function hash header hours id interval issuer length lifetime limit location
    manager max min minutes mode name names parallelism path policy prefix provider ref regex region required
    rotation rules salt seconds size store suffix timeout ttl type uri url username user validator version
    """)
_PUBLIC_WORDS = frozenset(("public", "publishable", "vite"))
_SWITCHES = frozenset(("true", "false", "yes", "no", "on", "off", "none", "null", "nil", "undefined"))


@cache
def _pattern(source: str) -> Pattern:
    return Pattern(source)


def looks_secret(name: str) -> bool:
    """Whether a variable of this name is expected to hold a secret.

    ``DB_PASSWORD`` and ``apiKey`` are; ``PASSWORD_FILE``, ``MAX_TOKENS``, ``TOKEN_TTL``, ``PUBLIC_KEY``
    and what a framework publishes (``NEXT_PUBLIC_…``, ``VITE_…``) are not.
    """
    words = name_words(name[:256])
    if not words or _PUBLIC_WORDS.intersection(words) or words[:2] == ("react", "app"):
        return False
    if words[-3:] == ("access", "key", "id"):
        return True
    if words[-1] in _ABOUT:
        return False
    return bool(_SECRET_WORDS.intersection(words)) or any(pair in _SECRET_PAIRS for pair in pairwise(words))


def entropy(value: str) -> float:
    """Shannon's entropy of the characters of ``value``, in bits per character."""
    size = len(value)
    return -sum(count / size * log2(count / size) for count in Counter(value).values()) if size else 0.0


_PLACEHOLDER = (
    r"(?i)^(?:(?:my|insert|enter|replace|put|add|set|fill|some)[ _.-]|your|dummy|fake|sample|test)"
    r"|change[ _-]?(?:me|this|it)|fix[ _-]?me|replace[ _-]?(?:me|this|with)|example|dummy|placeholder"
    r"|x{4,}|\*{3,}|\.\.\."
    r"|(?:^|[^a-z0-9])(?:test|testing|fake|sample|todo|tbd|redacted|notasecret|mock)(?:[^a-z0-9]|$)"
    r"|your[_-]|^<.*>$|^\[.*\]$|\$\{|\$\(|\{\{|<%|^\$[a-z_]|^%[a-z_]+%$|^process\.env|^os\.environ"
    r"|strong[_-]password|12345678|abcdefgh|localhost|127\.0\.0\.1|deadbeef"
    r"|^(?:x+|todo|tbd|none|secret|password)$"
)
# Azurite's account key is the same on every machine.
_KNOWN = ("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",)
_ENCRYPTED = ("encrypted:", "ENC[", "ENC(", "$ANSIBLE_VAULT", "vault:", "sops:", "op://", "arn:", "ref+")


def written(value: str) -> str:
    """What a value is in the end where nobody says otherwise: ``x`` of ``${NAME:-x}`` and ``${NAME:x}``.

    Sources: Compose "interpolation", Spring "property placeholders", POSIX "parameter expansion".
    """
    if not (value.startswith("${") and value.endswith("}")):
        return value
    name, colon, default = value[2:-1].partition(":")
    known = bool(colon) and name.replace("_", "a").replace(".", "a").replace("-", "a").isalnum()
    return default.removeprefix("-") if known and not default.startswith(("?", "+")) else value


def is_placeholder(value: str) -> bool:
    """Whether ``value`` only stands where a secret will be: empty, an instruction, a variable, too simple.

    Below 3 bits per character a value is a word or a pattern, not a key.
    """
    text = written(value.strip().strip("\"'")[:4096])
    return _stands_in(text) or entropy(text) < 3.0


def _stands_in(text: str) -> bool:
    return not text or _pattern(_PLACEHOLDER).found(text) or any(known in text for known in _KNOWN)


def is_real(value: str) -> bool:
    """Whether ``value`` can be a secret in plain text: no placeholder, switch, ciphertext or reference."""
    text = written(value.strip().strip("\"'"))
    return not is_placeholder(text) and text.lower() not in _SWITCHES and not text.startswith(_ENCRYPTED)


def is_chosen(value: str) -> bool:
    """Whether a value can be a password that a person chose: eight characters on one line, letters with
    digits or signs among them; no placeholder, address, ciphertext or reference.
    """
    text = value.strip()[:4096]
    if len(text) < 8 or len(text.split()) != 1 or "://" in text or text.startswith(_ENCRYPTED):
        return False
    return any(sign.isalpha() for sign in text) and not text.isalpha() and not _stands_in(text)


_URL = r"([A-Za-z][A-Za-z0-9+.-]*)://([^\s:/@]*):([^\s/@]+)@([A-Za-z0-9.-]*)"
_THOUGHT_UP = ("pass", "pwd", "secret", "admin", "user", "root", "word", "welcome", "qwerty", "demo", "1234")
_LOCAL_HOSTS = frozenset(
    ("db", "postgres", "redis", "mysql", "mongo", "mongodb", "rabbitmq", "host", "hostname")
)


def url_password(value: str) -> str:
    """The password within a URL to a host that is not the machine itself; empty if there is none."""
    groups = _pattern(_URL).groups(value[:4096])
    if groups is None:
        return ""
    host = groups[4].lower()
    local = host in _LOCAL_HOSTS or is_placeholder(f"{host}/0123abc")
    return "" if local or "." not in host else groups[3]


def is_random(value: str) -> bool:
    """Whether a literal looks made by a machine for this purpose: letters and digits, over 3.5 bits, 16 long.

    Addresses, paths, dotted names, UUIDs and words joined by ``_`` or ``-`` are not.
    """
    if len(value) < 16 or entropy(value) < 3.5 or value.startswith(("/", "./", "../", "~", "@", "#")):
        return False
    if (
        "://" in value
        or "(" in value
        or not (_pattern(r"[A-Za-z]").found(value) and _pattern(r"[0-9]").found(value))
    ):
        return False
    joined = r"(?i)^(?:[a-z]+[0-9]{0,3}|[0-9]{1,4})(?:[._/:-](?:[a-z]+[0-9]{0,3}|[0-9]{1,4}))+$"
    uuid = r"(?i)^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
    return not (_pattern(joined).covers(value) or _pattern(uuid).covers(value))


def is_mixed(value: str) -> bool:
    """Whether a password looks made by a machine, though it is short: ten characters, small and capital
    letters and digits among them, and no word that stands for a password or a person.
    """
    if len(value) < 10 or entropy(value) < 3.0 or any(word in value.lower() for word in _THOUGHT_UP):
        return False
    return all(any(test(char) for char in value) for test in (str.islower, str.isupper, str.isdigit))


def masked(value: str) -> str:
    """The first four characters of a secret, and that there is more."""
    return f"{value[:4]}***"


@cache
def _providers() -> PatternSet:
    return PatternSet(dict(PROVIDERS))


_ASSIGNED = r"(?i)([A-Za-z0-9_.-]+)([\"']?[ \t]{0,4}(?::=|=>|[:=])[ \t]{0,4})(\"[^\"]*\"|'[^']*'|[^\s\"',;]+)"
_FLAG = r"(--[A-Za-z0-9-]+)([ \t]+)(\"[^\"]*\"|'[^']*'|[^\s\"',;-][^\s\"',;]*)"

_SHORTEST = 16  # every format of ``PROVIDERS`` has that many characters without a blank
_STEMS = ("key", "pass", "secret", "token", "pwd", "credential", "pat")  # of every name that looks secret


def redacted(line: str, width: int = 200) -> str:
    """``line`` on one line of at most ``width`` characters, without what looks like a secret in it."""
    words = line[: width * 8].split()
    text = " ".join(words)
    if any(len(word) >= _SHORTEST for word in words):
        for hit in _providers().hits(text):
            text = text.replace(hit.text, masked(hit.text))
    if "://" in text:
        for _, match in _pattern(_URL).each(text):
            scheme, _, rest = match.partition("://")
            text = text.replace(match, f"{scheme}://***@{rest.rpartition('@')[2]}")
    if "--" in text:
        text = _without_assigned(text, _FLAG)
    if ("=" in text or ":" in text) and any(stem in text.lower() for stem in _STEMS):
        text = _without_assigned(text, _ASSIGNED)
    return text if len(text) <= width else text[: width - 1] + "…"


def _without_assigned(text: str, pattern: str) -> str:
    out, at = [], 0
    while (hit := next(iter(_pattern(pattern).each(text[at:])), None)) is not None:
        offset, match = hit
        groups = _pattern(pattern).groups(match) or ("", "", "", "")
        value = at + offset + len(groups[1]) + len(groups[2])
        if looks_secret(groups[1]) and _is_to_hide(groups[2], groups[3]):
            out.append(f"{text[at:value]}***")
            at += offset + len(match)
        else:
            out.append(text[at:value])  # the value may hold the next name
            at = value
    return "".join([*out, text[at:]])


def _is_to_hide(operator: str, value: str) -> bool:
    """After ``=`` all but references and switches; after ``:``, which prose has too, what can be a secret."""
    if ":" in operator:
        return is_real(value)
    bare = value.strip("\"'")
    return bool(bare) and not bare.startswith(("$", "<", "{")) and bare.lower() not in _SWITCHES

"""Where each of bandit's tests can report at all, with a severity of MEDIUM or above.

Read off the tests' source. What is said here must be necessary for a finding, never sufficient: the test
itself decides. A test file holds it against bandit, and a bandit that was not read (``VERIFIED``) is
asked about every node of every file instead.

Source: bandit 1.9.4, ``bandit/plugins``.
"""

from __future__ import annotations

from readiness.facts.code.weaknesses.spelling import spelt
from readiness.records import Struct

VERIFIED = frozenset({"1.9.4"})
"""The versions of bandit that the tables below were read from."""

LOW = frozenset({"B101", "B105", "B106", "B107", "B110", "B112", "B504", "B603", "B606", "B607"})
"""Tests that never report more than LOW."""


class Trigger(Struct, frozen=True):
    """What a call has where a test reports: all that is given here, of each one at least.

    ``last`` is the last part of the qualified name, ``inside`` a text within it, ``within`` any part of
    the qualified name, ``keyword`` the name of an argument. ``file`` are patterns that the file's text holds.
    """

    last: tuple[str, ...] = ()
    inside: str = ""
    within: tuple[str, ...] = ()
    keyword: tuple[str, ...] = ()
    file: tuple[str, ...] = ()


_VERBS = (
    "get",
    "options",
    "head",
    "post",
    "put",
    "patch",
    "delete",
    "request",
    "stream",
    "Client",
    "AsyncClient",
)
_RUN = ("Popen", "call", "check_call", "check_output", "run")
_SHELL = (
    *("system", "popen", "popen2", "popen3", "popen4", "Popen3", "Popen4"),
    *("getoutput", "getstatusoutput"),
)
_SHELLS = ("os", "popen2", "commands", "subprocess")
_WILD = ("|".join(spelt(name) for name in ("chown", "chmod", "tar", "rsync")), spelt("*"))
_MODELS = ("from_pretrained", "load_dataset", "hf_hub_download", "snapshot_download", "repository_id")
_SAFE = ("mark_safe", "SafeText", "SafeUnicode", "SafeString", "SafeBytes")
OLD_TLS = f"{spelt('SSLv')}|{spelt('TLSv')}"
"""A part of the name of every protocol that bandit calls bad."""

CALLS: dict[str, tuple[Trigger, ...]] = {
    "B102": (Trigger(last=("exec",)),),
    "B103": (Trigger(inside="chmod"),),
    "B113": (Trigger(last=_VERBS, within=("requests", "httpx")),),
    "B201": (Trigger(last=("run",), keyword=("debug",), file=("flask",)),),
    "B202": (Trigger(inside="extractall", file=(r"\btarfile\b",)),),
    "B324": (
        Trigger(last=("md4", "md5", "sha", "sha1", "new", "crypt", "mksalt"), within=("hashlib", "crypt")),
    ),
    "B501": (Trigger(last=_VERBS, within=("requests", "httpx"), keyword=("verify",)),),
    "B502": (Trigger(keyword=("method", "ssl_version"), file=(OLD_TLS,)),),
    "B505": (
        Trigger(last=("generate_private_key",), within=("cryptography",)),
        Trigger(last=("generate",), within=("Crypto", "Cryptodome")),
    ),
    "B506": (Trigger(last=("load",), within=("yaml",)),),
    "B507": (Trigger(last=("set_missing_host_key_policy",), file=("paramiko",)),),
    "B508": (Trigger(last=("CommunityData",), within=("pysnmp",)),),
    "B509": (Trigger(last=("UsmUserData",), within=("pysnmp",)),),
    "B601": (Trigger(last=("exec_command",), file=("paramiko",)),),
    "B602": (Trigger(last=_RUN, within=("subprocess",), keyword=("shell",)),),
    "B604": (Trigger(keyword=("shell",)),),
    "B605": (Trigger(last=_SHELL, within=_SHELLS),),
    "B609": (
        Trigger(last=_SHELL, within=_SHELLS, file=_WILD),
        Trigger(last=_RUN, within=("subprocess",), keyword=("shell",), file=_WILD),
    ),
    "B610": (Trigger(last=("extra",)),),
    "B611": (Trigger(last=("RawSQL",), file=("django",)),),
    "B612": (Trigger(last=("listen",), within=("logging",)),),
    "B614": (Trigger(last=("load",), within=("torch",)),),
    "B615": (Trigger(last=_MODELS, within=("transformers", "datasets", "huggingface_hub")),),
    "B701": (Trigger(last=("Environment",), within=("jinja2",)),),
    "B702": (Trigger(last=("Template",), within=("mako",)),),
    "B703": (Trigger(last=_SAFE, file=("safestring",)),),
    "B704": (Trigger(last=("Markup",), within=("markupsafe", "flask")),),
}
"""The tests of calls."""

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is looked for
TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - what is looked for
STATEMENTS = (("select", "from"), ("delete", "from"), ("insert", "into"), ("update", "set"))
"""What B104, B108 and B608 look for in strings."""

DYNAMIC = ("__import__", "import_module")
"""Calls whose argument the blacklists take for an import."""

OTHERS = frozenset({"B001", "B104", "B108", "B503", "B608", "B613"})
"""Tests that are no call's, or of every call's name: ``gate`` and ``plan`` know them one by one."""

"""Which file of the repository an import names.

Sources: Node.js "Modules" (folders and endings), TypeScript "Module resolution" (``.js`` that is
``.ts`` on disk, ``paths``), the usual aliases ``@/`` and ``~/`` of the source folder.
"""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_ENDINGS = ("ts", "js", "tsx", "mjs", "jsx", "cjs", "mts", "cts")
_BUILT_IN = frozenset(
    (
        "assert",
        "async_hooks",
        "buffer",
        "child_process",
        "cluster",
        "console",
        "constants",
        "crypto",
        "dgram",
        "dns",
        "domain",
        "events",
        "fs",
        "http",
        "http2",
        "https",
        "inspector",
        "module",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "punycode",
        "querystring",
        "readline",
        "repl",
        "stream",
        "string_decoder",
        "sys",
        "timers",
        "tls",
        "trace_events",
        "tty",
        "url",
        "util",
        "v8",
        "vm",
        "worker_threads",
        "zlib",
        "diagnostics_channel",
        "wasi",
    )
)
_ALIASES = ("@/", "~/", "@src/", "#/")


def local(module: str) -> bool:
    """Whether ``module`` names a file beside, above or below, or in the source folder by its alias."""
    return module.startswith((".", "$lib", *_ALIASES))


def package_name(module: str) -> str:
    """The package of an import: ``@scope/name`` or ``name``, whatever is asked of it."""
    parts = module.removeprefix("node:").split("/")
    return "/".join(parts[: 2 if module.startswith("@") else 1])


def is_standard(module: str) -> bool:
    """Whether a module comes with Node.js. Source: ``module.builtinModules``."""
    return module.startswith(("node:", "bun:")) or package_name(module) in _BUILT_IN


def resolved(facts: Facts, path: str, module: str) -> Entry | None:
    """The file that ``module`` is, as imported in the file ``path``."""
    if not local(module):
        return None
    folder = dirname(path)
    if module.startswith("."):
        return _file(facts, normpath(join(folder, module)))
    alias = next((alias for alias in (*_ALIASES, "$lib/") if module.startswith(alias)), "$lib")
    tail = module.removeprefix(alias)
    for _ in range(20):
        for below in ("src/lib",) if alias.startswith("$lib") else ("src", "app", ""):
            found = _file(facts, normpath(join(folder, below, tail)))
            if found is not None:
                return found
        if not folder:
            return None
        folder = dirname(folder)
    return None


def _file(facts: Facts, base: str) -> Entry | None:
    stem, dot, ending = base.rpartition(".")
    bases = [base, stem] if dot and ending in ("js", "mjs", "cjs", "jsx") else [base]
    exact = facts.entry(base)
    if exact is not None and ending in _ENDINGS:
        return exact
    for start in bases:
        for middle in ("", "/index"):
            for last in _ENDINGS:
                found = facts.entry(f"{start}{middle}.{last}")
                if found is not None:
                    return found
    return None


def named(facts: Facts, path: str, origin: str) -> tuple[Entry, str] | None:
    """The file and the name in it that a dotted ``origin`` means: ``./controllers/health.check``."""
    if not local(origin):
        return None
    start = origin.rfind("/") + 1
    parts = origin[start:].split(".")
    for size in range(len(parts), 0, -1):
        head = origin[:start] + ".".join(parts[:size])
        entry = resolved(facts, path, head) if head.strip("./") else None
        if entry is not None:
            return entry, parts[-1].removesuffix("()") if size < len(parts) else "default"
    return None

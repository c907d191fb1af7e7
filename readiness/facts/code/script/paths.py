"""The paths of routes as frameworks write them, and the files that are routes by their place.

Sources: Express "Routing" (path-to-regexp), Hapi "Routing", Hono "Routing", Next.js "Route
Handlers" and "API Routes", SvelteKit "Routing", Nuxt "server/".
"""

from __future__ import annotations

from typing import NamedTuple

_ENDINGS = ("js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts")
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def braced(path: str) -> str:
    r"""``/users/:id(\d+)?`` as ``/users/{id}``: parameters as ``{name}``, patterns left out."""
    found: list[str] = []
    index = 0
    while index < len(path):
        sign = path[index]
        if sign == ":" and path[index + 1 : index + 2].replace("_", "a").isalpha():
            end = index + 1
            while end < len(path) and (path[end].isalnum() or path[end] == "_"):
                end += 1
            found.append("{" + path[index + 1 : end] + "}")
            index = _past_pattern(path, end)
            continue
        if sign == "{" and path.find("}", index) > 0:
            end = path.find("}", index)
            found.append("{" + path[index + 1 : end].rstrip("*?") + "}")
            index = end + 1
            continue
        found.append(sign)
        index += 1
    return "".join(found)


def _past_pattern(path: str, index: int) -> int:
    """The index after a pattern in parentheses or braces and a sign of how often, if one follows."""
    for left, right in (("(", ")"), ("{", "}")):
        if path[index : index + 1] == left:
            end = path.find(right, index)
            index = end + 1 if end > 0 else index
    return index + 1 if path[index : index + 1] in ("?", "*", "+") else index


def joined(*parts: str) -> str:
    """One path of ``parts``, each with or without slashes around it."""
    inner = [part.strip("/") for part in parts]
    return "/" + "/".join(part for part in inner if part)


class FileRoute(NamedTuple):
    """What the place of a file says: the framework, the path, and the method where the name gives it.

    ``verbs`` where each method is an export of its own.
    """

    framework: str
    path: str
    verbs: bool
    method: str = ""


def file_route(path: str) -> FileRoute | None:
    """The route that the file ``path`` is by its place, or None."""
    parts = path.split("/")
    stem, _, ending = parts[-1].rpartition(".")
    if ending not in _ENDINGS:
        return None
    folders = parts[:-1]
    if stem == "route" and "app" in folders:
        return FileRoute("next", _next(folders[folders.index("app") + 1 :]), verbs=True)
    if stem == "+server" and "routes" in folders:
        return FileRoute("sveltekit", _next(folders[folders.index("routes") + 1 :]), verbs=True)
    for index in range(len(folders) - 1):
        if folders[index : index + 2] == ["pages", "api"]:
            tail = [*folders[index + 1 :], *([] if stem == "index" else [stem])]
            return FileRoute("next", _next(tail), verbs=False)
        if folders[index] == "server" and folders[index + 1] in ("api", "routes"):
            name, _, method = stem.partition(".")
            start = index + (1 if folders[index + 1] == "api" else 2)
            tail = [*folders[start:], *([] if name == "index" else [name])]
            known = method.upper() if method.upper() in VERBS else ""
            return FileRoute("nitro", _next(tail), verbs=False, method=known)
    return None


def _next(parts: list[str]) -> str:
    """``app/(shop)/[id]/route.ts``: groups and slots are no part of the path."""
    kept = []
    for part in parts:
        if part.startswith(("(", "@")):
            continue
        if part.startswith("["):
            kept.append("{" + part.strip("[].") + "}")
        else:
            kept.append(part)
    return "/" + "/".join(kept)

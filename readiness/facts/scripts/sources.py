"""Where a script finds what it copies: paths that the file itself spells out.

Paths that start at the script's own place (``Path(__file__).parent``) are written relative to its
folder; all others count from wherever the script is started, and are told from neither.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readiness.facts.code.python.scope import dotted

if TYPE_CHECKING:
    from readiness.facts.code.python.scope import Scope

_COPYING = frozenset(("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move"))
_DEPTH = 12
_CHARACTERS = 500


def source_of(node: ast.Call, name: str, scope: Scope) -> str:
    """What a copy reads, relative to the script's folder.

    Empty if it copies nothing, the file does not say, or it asks whether something is there.
    """
    asked = scope.mentions & {"exists", "is_file", "is_dir", "isfile", "isdir"}
    if name not in _COPYING or not node.args or asked:
        return ""
    found = _place(node.args[0], scope, _DEPTH)
    return found if found is not None and len(found) <= _CHARACTERS else ""


def _place(node: ast.expr | None, scope: Scope, depth: int) -> str | None:
    """The path that ``node`` surely is, from the script's folder (``.`` for that); None if it is not said."""
    if depth == 0 or node is None:
        return None
    match node:
        case ast.Call(func=func, args=[ast.Name(id="__file__"), *_]):
            return "./." if dotted(func).rpartition(".")[2] in ("Path", "abspath", "realpath") else None
        case ast.Call(func=ast.Attribute(value=inner, attr="resolve" | "absolute")):
            return _place(inner, scope, depth - 1)
        case ast.Attribute(value=inner, attr="parent"):
            place = _place(inner, scope, depth - 1)
            return None if place is None else "." if place == "./." else place + "/.."
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Constant(value=str(text))):
            place = _place(left, scope, depth - 1)
            return None if place is None or place == "./." else f"{place}/{text}"
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name):
            values = scope.values.get(name, ())
            return _place(values[0], scope, depth - 1) if len(values) == 1 else None
        case _:
            return None

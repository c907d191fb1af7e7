"""Python source, read with ``ast`` alone: nothing is imported and nothing is run."""

from __future__ import annotations

import ast
import warnings

from readiness.facts.code.model import Handler, Module
from readiness.facts.code.python.cors import cors_of
from readiness.facts.code.python.handlers import Handlers, handlers_of, injected_in, injecting_of
from readiness.facts.code.python.outgoing import outgoing_of
from readiness.facts.code.python.practices import practices_of
from readiness.facts.code.python.routes import routes_of
from readiness.facts.code.python.scope import Function, Scope, dotted, keyword, scope_of
from readiness.facts.code.python.setup import imports_of, servers_of, variables_of
from readiness.facts.code.python.telemetry import telemetry_of
from readiness.facts.model import Parser
from readiness.spans import Unparsable

_FUNCTIONS = 200  # functions kept per file for routes that are registered elsewhere
_ANSWERS = ("health", "ready", "live", "status", "ping", "alive")
_ENCODINGS = ("latin", "8859", "cp125", "windows-125", "ascii")
_BEFORE = ("before_request", "before_app_request", "middleware", "before_serving")


def parse(data: bytes) -> Module:
    """The literal facts of a file of Python.

    Raises ``Unparsable``; it opens questions only where a newer Python than ours could
    read the file, where it is a template, or where it nests deeper than we follow.
    """
    tree = syntax(data)
    scope = scope_of(tree)
    handlers = handlers_of(scope)
    return Module(
        imports=imports_of(scope),
        routes=routes_of(scope, handlers),
        functions=_functions(tree, handlers),
        guards=_guards(scope),
        cors=cors_of(scope),
        telemetry=telemetry_of(scope),
        variables=variables_of(scope),
        servers=servers_of(scope),
        outgoing=outgoing_of(scope),
        practices=practices_of(scope),
        injecting=injecting_of(scope),
        main=any(isinstance(node, ast.If) and _is_main(node.test) for node in tree.body),
    )


PYTHON: Parser[Module] = Parser("python", 6, parse, Module)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = b"\n".join(data.split(b"\n", 2)[:2]).decode("latin-1").lower()
        if "coding" in declared and any(name in declared for name in _ENCODINGS):
            return data.decode("latin-1")
        raise Unparsable(data.count(b"\n", 0, error.start) + 1, "the file is not UTF-8 text") from None


def syntax(data: bytes) -> ast.Module:
    """The syntax tree of a file of Python. Raises ``Unparsable`` as ``parse`` does."""
    text = _text(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape warns; it is the subject's matter
            return ast.parse(text)
    except SyntaxError as error:
        line = max(1, error.lineno or 1)
        reason = f"not readable as Python: {error.msg}"
        raise Unparsable(line, reason, opens=_readable_elsewhere(error)) from None
    except ValueError as error:
        raise Unparsable(1, f"not readable as Python: {error}") from None
    except (RecursionError, MemoryError):
        raise Unparsable(1, "the code nests deeper than we follow", opens=True) from None


def _readable_elsewhere(error: SyntaxError) -> bool:
    """Whether it is a template, or syntax that came after the oldest Python we run on."""
    source = (error.text or "").strip()
    generic = source.startswith("type ") or (
        source.startswith(("def ", "class ", "async def ")) and "[" in source
    )
    return generic or "{%" in source or "{{" in source or error.msg.startswith("f-string") or 't"' in source


def _is_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), comparators=[ast.Constant(value="__main__")]):
            return True
        case ast.Compare(left=ast.Constant(value="__main__"), comparators=[ast.Name(id="__name__")]):
            return True
        case _:
            return False


def _functions(tree: ast.Module, handlers: Handlers) -> tuple[Handler, ...]:
    """Top-level functions and views that may answer a request registered in another file."""
    found: list[Handler] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _may_answer(node):
            found.append(handlers.of(node))
        elif isinstance(node, ast.ClassDef) and node.name.endswith(
            ("View", "ViewSet", "Endpoint", "Resource")
        ):
            found += [handler for handler in (handlers.named(ast.Name(id=node.name)),) if handler]
    return tuple(found[:_FUNCTIONS])


def _may_answer(function: Function) -> bool:
    first = (*function.args.posonlyargs, *function.args.args)[:1]
    named = any(word in function.name.lower() for word in _ANSWERS)
    return named or any(item.arg == "request" for item in first)


def _guards(scope: Scope) -> tuple[str, ...]:
    """What the file puts before every route of an application: names, to be judged by their words."""
    names: list[str] = []
    for call, name in scope.calls:
        last = name.rpartition(".")[2]
        if last in ("add_middleware", "Middleware") and call.args:
            names.append(dotted(call.args[0]))
        elif last in ("FastAPI", "include_router", "APIRouter", "NinjaAPI"):
            given = keyword(call, "dependencies", "auth")
            names += injected_in(given) or [dotted(given)] if given is not None else []
    for function in scope.defined:
        before = [item for item in function.decorator_list if _runs_before(item)]
        names += [function.name for _ in before]
    for node in scope.assigned:
        match node:
            case ast.Assign(targets=[ast.Name(id="MIDDLEWARE" | "REST_FRAMEWORK"), *_], value=value):
                names += _settings(value, scope)
            case _:
                pass
    return tuple(dict.fromkeys(name for name in names if name))


def _runs_before(decorator: ast.expr) -> bool:
    return dotted(decorator).removesuffix("()").endswith(_BEFORE)


def _settings(value: ast.expr, scope: Scope) -> list[str]:
    """Django: the middleware that demands a login, and REST framework's default permissions."""
    if isinstance(value, ast.Dict):
        keys = [scope.fold(key) for key in value.keys]
        return ["DEFAULT_PERMISSION_CLASSES"] if "DEFAULT_PERMISSION_CLASSES" in keys else []
    texts = [scope.fold(item) or "" for item in getattr(value, "elts", ())]
    # Django's own AuthenticationMiddleware only says who asks; it lets everybody through.
    return [text for text in texts if not text.startswith("django.contrib.")]

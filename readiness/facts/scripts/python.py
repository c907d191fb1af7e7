"""Python scripts, read with ``ast`` alone: their functions, what these call, and what they do outside."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readiness.facts.code.python import syntax
from readiness.facts.code.python.scope import Function as Definition
from readiness.facts.code.python.scope import Scope, below, dotted, keyword, scope_of
from readiness.facts.model import Parser
from readiness.facts.scripts.failures import EXITS, failures_in
from readiness.facts.scripts.model import Function, Sheet, Step
from readiness.facts.scripts.sources import source_of
from readiness.facts.words import name_words, word_set

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.scripts.model import Failure

_WORKING = word_set(
    """subprocess shutil requests httpx aiohttp urllib urllib3 boto3 docker paramiko fabric tarfile zipfile
    sqlite3 psycopg psycopg2 pymysql asyncpg kubernetes smtplib sh pexpect invoke alembic google azure ftplib
    plumbum
    """
)
_WORKING_NAMES = word_set(
    """os.system os.popen os.rename os.replace os.remove os.symlink os.unlink os.execv os.execvp os.kill
    json.dump yaml.dump yaml.safe_dump pickle.dump asyncio.create_subprocess_exec
    asyncio.create_subprocess_shell django.core.management.call_command
    """
)
_WORKING_METHODS = word_set(
    """write_text write_bytes upload_file upload_fileobj put_object copy_object execute executemany
    exec_command sendmail send_message extractall unlink copytree rmtree urlopen call_command
    """
)
_PASSIVE = word_set(
    "shutil.which shutil.get_terminal_size shutil.disk_usage docker.errors requests.exceptions"
)
_RUNNING = word_set("c ctx conn connection context")
_LOOKING = word_set(
    """open exists is_file is_dir safe_load load loads import_module getenv glob iterdir read_text read_bytes
    create_connection connect connect_ex read
    """
)
_TASKS = word_set("task command cli callback app main entrypoint entry_point")
_IDLE_CALLS = word_set("print sleep echo secho write flush debug info warning error critical exception log")
_SHELLS = word_set(
    "subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen"
)
_WORDS = 40


def parse(data: bytes) -> Sheet:
    """A script of Python. Raises ``Unparsable`` as the reading of all Python does."""
    tree = syntax(data)
    scope = scope_of(tree)
    names = frozenset(scope.functions)
    functions = [_function(item, scope, names) for item in scope.functions.values()]
    plain = (
        node
        for node in tree.body
        if not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
        )
    )
    started = list(plain)
    entry = [step for step in _steps(list(_all(started)), scope, names) if step.kind != "look"]
    entry += [Step("call", item.name, item.lineno) for item in _tasks(tree)]
    return Sheet(tuple(functions), tuple(entry), idle=not functions and _idle(started))


PYTHON_SCRIPT: Parser[Sheet] = Parser("operational-python", 2, parse, Sheet)


def _tasks(tree: ast.Module) -> Iterable[Definition]:
    """Functions that a command line or a runner starts by their name, and what Django calls."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(_TASKS.intersection(name_words(dotted(each))) for each in node.decorator_list):
                yield node
        elif isinstance(node, ast.ClassDef) and node.name == "Command":
            yield from (
                item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "handle"
            )


def _function(item: Definition, scope: Scope, names: frozenset[str]) -> Function:
    nodes = list(_all(item.body))
    return Function(
        item.name,
        item.lineno,
        tuple(_steps(nodes, scope, names)),
        idle=_idle(item.body),
        fails=_fails(nodes),
    )


def _fails(nodes: list[ast.AST]) -> bool:
    """Whether ``nodes`` raise, end the program, or run what raises when it fails."""
    for node in nodes:
        kind = node.__class__
        if kind is ast.Raise or kind is ast.Assert:
            return True
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            if name in EXITS or name.endswith("raise_for_status") or _checked(node):
                return True
    return False


def _checked(call: ast.Call) -> bool:
    value = keyword(call, "check")
    return isinstance(value, ast.Constant) and value.value is True


def _all(body: list[ast.stmt]) -> Iterable[ast.AST]:
    for statement in body:
        yield from below(statement)


def _idle(body: list[ast.stmt]) -> bool:
    """Whether ``body`` only says, waits, passes, or says that it is not written yet."""
    return all(_idle_statement(node) for node in body)


def _idle_statement(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Return(value=None | ast.Constant()) | ast.Assign(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=func)) | ast.Expr(value=ast.Await(value=ast.Call(func=func))):
            return dotted(func).rpartition(".")[2] in _IDLE_CALLS
        case ast.Raise(
            exc=ast.Call(func=ast.Name(id="NotImplementedError")) | ast.Name(id="NotImplementedError")
        ):
            return True
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.If(body=body, orelse=other) if _is_guard(node.test):
            return all(_idle_statement(each) for each in (*body, *other))
        case _:
            return False


def _is_guard(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _steps(nodes: list[ast.AST], scope: Scope, names: frozenset[str]) -> list[Step]:
    """What ``nodes`` do, in the order of the source."""
    failures = failures_in(nodes)
    functions = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    found = []
    for node in nodes:
        step = None
        if isinstance(node, ast.Call):
            step = _call(node, scope, names, failures.get(id(node)))
        elif id(node) not in functions:
            step = _named(node, names)
        if step is not None:
            found.append(step)
    return found


def _named(node: ast.AST, names: frozenset[str]) -> Step | None:
    """A function of the file that is handed on: ``steps = [self.check, backup]``."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in names:
            return Step("call", name, node.lineno)
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Load()) if name in names:
            return Step("call", name, node.lineno)
        case _:
            return None


def _call(node: ast.Call, scope: Scope, names: frozenset[str], failure: Failure | None) -> Step | None:
    name = scope.qualified(node.func)
    words = _words(node, scope)
    local = _local(node.func, scope, names)
    if local and not words:
        return Step("call", local, node.lineno, failure=failure or "raises")
    if local:  # a helper that runs the command it is given
        return Step("work", local, node.lineno, words, failure or "raises")
    last = name.rpartition(".")[2]
    if _works(node, name, last):
        raises = _checked(node) or last in ("check_call", "check_output") or name not in _SHELLS
        outcome = failure or ("raises" if raises else "ignored")
        return Step("work", name, node.lineno, words, outcome, source_of(node, name, scope))
    return Step("look", name, node.lineno) if last in _LOOKING else None


def _local(func: ast.expr, scope: Scope, names: frozenset[str]) -> str:
    """The function of the same file that ``func`` names, empty if it is none."""
    match func:
        case ast.Name(id=name) if name in names:
            return name
        case ast.Attribute(value=owner, attr=name) if name in names:
            return name if _owned(owner, scope) else ""
        case _:
            return ""


def _owned(owner: ast.expr, scope: Scope) -> bool:
    """Whether ``owner`` may be an object of this file: ``self.backups``, ``Backups()``, no import."""
    root = dotted(owner).partition(".")[0]
    if root.endswith("()"):
        return root.removesuffix("()") in scope.classes
    return bool(root) and root not in scope.aliases


def _works(node: ast.Call, name: str, last: str) -> bool:
    if name in _PASSIVE:
        return False
    head = name.partition(".")[0].removesuffix("()")
    if (head in _WORKING and "." in name) or name in _WORKING_NAMES or last in _WORKING_METHODS:
        return True
    if last in ("run", "sudo", "local") and head in _RUNNING:
        return True
    return last == "open" and _writes(node)


def _writes(node: ast.Call) -> bool:
    mode = next((each for each in node.args[:2][::-1]), None) if len(node.args) != 1 else None
    mode = keyword(node, "mode") or mode
    if isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        mode = node.args[0]
    text = mode.value if isinstance(mode, ast.Constant) else ""
    return isinstance(text, str) and len(text) < 5 and bool(set("wax+") & set(text))


def _words(node: ast.Call, scope: Scope) -> tuple[str, ...]:
    """The words of the command that ``node`` is given, as far as they are literal; empty if it is none."""
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Name) and len(scope.values.get(first.id, ())) == 1:
        first = scope.values[first.id][0]
    if isinstance(first, ast.List | ast.Tuple):
        return tuple(_word(item, scope) for item in first.elts[:_WORDS]) if len(first.elts) > 1 else ()
    text = scope.fold(first)
    return tuple(text.split()[:_WORDS]) if text is not None and " " in text and "\n" not in text else ()


def _word(item: ast.expr, scope: Scope) -> str:
    if dotted(item) == "sys.executable":
        return "python"
    return scope.fold(item) or "$" + (dotted(item).rpartition(".")[2] or "value")

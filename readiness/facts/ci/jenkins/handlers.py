"""What each step of Jenkins means for the job that it is in.

Source: Jenkins documentation, "Pipeline Steps Reference"; "Using Docker with Pipeline".
"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from readiness.facts.ci.firstline import shebang
from readiness.facts.ci.jenkins.declarative import take
from readiness.facts.ci.jenkins.flow import Around, Flow, everything, shell_words
from readiness.facts.ci.jenkins.steps import ACTIONS
from readiness.facts.ci.jenkins.tree import Call, Closure, Name, Several, Text, Value
from readiness.facts.ci.model import Action, Script
from readiness.records import replace
from readiness.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PREFIX = "jenkins:"
"""Before the name of a step that is a building block."""

_SHELLS = frozenset(("sh", "bat", "batch", "powershell", "pwsh"))
_GOES_ON = "FAILURE"
_LINE = 2_000


def handle(flow: Flow, name: str, call: Call, around: Around, *, watched: bool) -> None:
    """Do what the step ``name`` does. ``watched`` where the pipeline looks at how it ended."""
    act = _STEPS.get(name)
    if act is not None:
        act(flow, call, around)
    elif name in _SHELLS:
        _script(flow, name, call, around, watched=watched)
    elif name.rpartition(".")[2] == "push" and (call.target is not None or "." in name):
        _push(flow, name, call, around)
    elif name in ACTIONS:
        _action(flow, name, call, around)
    else:
        if call.target is None and flow.unknown(name):
            flow.elsewhere(f"{name}()", call.line, around)
        flow.closures(call, around)


def _pipeline(flow: Flow, call: Call, around: Around) -> None:
    if call.closure is not None:
        take(flow, call.closure, around)


def _speak(flow: Flow, call: Call, around: Around) -> None:
    text = flow.said(call.first, around).replace("\n", " ")[:_LINE]
    flow.add(call.line, Script(f"echo {quote(text)}", call.line, folded=True), around)


def _sleep(flow: Flow, call: Call, around: Around) -> None:
    flow.add(call.line, Script("sleep 1", call.line, folded=True), around)


def _within_folder(flow: Flow, call: Call, around: Around) -> None:
    flow.closures(call, replace(around, directory=flow.folder(call, around)))


def _workspace(flow: Flow, call: Call, around: Around) -> None:
    flow.closures(call, replace(around, directory="?"))


def _timeout(flow: Flow, call: Call, around: Around) -> None:
    flow.closures(call, replace(around, timeout=True))


def _alone(flow: Flow, call: Call, around: Around) -> None:
    flow.concurrency = flow.concurrency or call.closure is None
    flow.closures(call, replace(around, concurrency=True))


def _ask(flow: Flow, call: Call, around: Around) -> None:  # noqa: ARG001 - as all of them
    flow.inputs = (*flow.inputs, around.gates)[:20]


def _build(flow: Flow, call: Call, around: Around) -> None:
    job = call.first or call.given("job")
    flow.elsewhere(f"the job {flow.said(job, around) or '?'}"[:200], call.line, around)


def _load(flow: Flow, call: Call, around: Around) -> None:
    path = flow.said(call.first, around)
    found = flow.load(path)
    if found is None:
        flow.elsewhere("a file that it loads", call.line, around)
    elif flow.deeper(f"load {path}", around):
        via = (*around.via, Span(path, 1))
        within = (*around.within, f"load {path}")
        flow.walk(found, replace(around, within=within, line=around.line or call.line, via=via))


def _timer(flow: Flow, call: Call, around: Around) -> None:  # noqa: ARG001
    flow.timer = True


def _no_overlap(flow: Flow, call: Call, around: Around) -> None:  # noqa: ARG001
    flow.concurrency = True


def _command(flow: Flow, call: Call, around: Around) -> None:
    """``sshCommand`` runs on another machine."""
    command = flow.said(call.given("command"), around)
    flow.add(call.line, Script(f"ssh host {quote(command)}", call.line, folded=True), around)


def _stage(flow: Flow, call: Call, around: Around) -> None:
    title = flow.said(call.first or call.given("name"), around)[:200] or "stage"
    around = replace(around, concurrency=around.concurrency or call.given("concurrency") is not None)
    if call.closure is None:
        flow.enter(title, call.line, around)  # as it was once written: until the next one
        return
    stage = flow.enter(title, call.line, around)
    before, flow.title = flow.title, title
    flow.walk(call.closure.statements, around)
    flow.title = before
    flow.leave(leaf=flow.current is stage)


def _parallel(flow: Flow, call: Call, around: Around) -> None:
    ways = tuple((name, value.line, _branch(flow, name, value)) for name, value in _branches(flow, call))
    flow.side_by_side(ways, around)


def _branches(flow: Flow, call: Call) -> Iterator[tuple[str, Value]]:
    for one in call.arguments:
        if isinstance(one.value, Closure):
            yield one.name or "branch", one.value
        elif isinstance(one.value, Name) and not one.name:
            for each in flow.branches.get(one.value.text, ()):
                yield each.name, each.value
        elif one.name == "failFast":
            continue
        elif one.name and isinstance(one.value, Call):
            yield one.name, one.value
        else:
            for several in everything((one.value,)):
                if isinstance(several, Several):
                    for each in several.items:
                        if isinstance(each.value, Closure) or (each.name and isinstance(each.value, Call)):
                            yield each.name or "branch", each.value


def _branch(flow: Flow, name: str, value: Value) -> Callable[[Around], None]:
    def way(around: Around) -> None:
        title = flow.said(Text(value.line, name), around)[:200]
        stage = flow.enter(title, value.line, around)
        before, flow.title = flow.title, title
        flow.evaluate(value, around)
        flow.title = before
        flow.leave(leaf=flow.current is stage)

    return way


def _script(flow: Flow, name: str, call: Call, around: Around, *, watched: bool) -> None:
    value = call.first or call.given("script")
    status = call.given("returnStatus")
    lost = isinstance(status, Name) and status.text == "true" and not watched
    masked = "returnStatus: true" if lost else ""
    if isinstance(value, Call | Several):
        flow.evaluate(value, around)
    text = flow.said(value, around)
    if not isinstance(value, Text) and (not text or text.startswith("${")):
        text = "${{ value }}"  # what it runs is not written here
    lines = value.lines if isinstance(value, Text) else ()
    line = lines[0] if lines else call.line
    if name in {"powershell", "pwsh"}:
        work = Script(text, line, shell=False, directory=around.directory)
    elif name in {"bat", "batch"}:
        work = Script(_from_batch(text), line, errexit=False, directory=around.directory, lines=lines)
    else:
        shell, errexit = shebang(text)
        work = Script(text, line, shell=shell, errexit=errexit, directory=around.directory, lines=lines)
    flow.add(call.line, work, around, masked)
    clones = [words for line in text.split("\n") if (words := line.split())[:2] == ["git", "clone"]]
    if any(flow.own(word) for words in clones for word in words[2:] if "/" in word and "$" not in word):
        flow.checked = True


def _from_batch(text: str) -> str:
    """Commands of Windows as the shell would write them, line by line."""
    out = []
    for line in text.split("\n"):
        plain = line.strip().lstrip("@")
        lower = plain.lower()
        if lower.startswith("call "):
            plain = plain[5:].lstrip()
        if lower.startswith(("rem ", "::", "echo off", "set ", "if ", "setlocal", "endlocal")):
            plain = ""
        plain = plain.replace("\\", "/")
        out.append(f"{plain[:-1]}\\" if plain.endswith("^") else plain)
    return _variables("\n".join(out))


def _variables(text: str) -> str:
    """``%NAME%`` as the shell would write it."""
    pieces = text.split("%")
    out = [pieces[0]]
    inside = True
    for at, piece in enumerate(pieces[1:], 1):
        name = (
            inside
            and at + 1 < len(pieces)
            and bool(piece)
            and all(char.isalnum() or char == "_" for char in piece)
        )
        out.append(f"${{{piece}}}" if name else piece if not inside else f"%{piece}")
        inside = not name if inside else True
    return "".join(out)


def _softened(flow: Flow, call: Call, around: Around) -> None:
    name = call.name.rpartition(".")[2]
    result = call.given("buildResult")
    said = result.text.rpartition(".")[2] if isinstance(result, Text | Name) else _GOES_ON
    demands = flow.demands
    if name == "warnError" or said != _GOES_ON:
        text = name if name == "warnError" else f"catchError(buildResult: {said})"
        inner = replace(around, masked=around.masked or text)
    else:
        inner = replace(around, goes_on=True)
    flow.closures(call, inner)
    flow.demands = demands


def _checkout(flow: Flow, call: Call, around: Around) -> None:
    named = [
        one for one in everything((call,)) if isinstance(one, Name) and one.text.partition(".")[0] == "scm"
    ]
    urls = [flow.said(one, around) for one in _urls(call)]
    own = bool(named) or not urls or all(flow.own(url) for url in urls)
    flow.add(call.line, Action("checkout" if own else f"{PREFIX}git", call.line), around)
    if own:
        flow.checked = True
        flow.root = "" if around.directory == "?" else around.directory


def _urls(call: Call) -> Iterator[Text]:
    """The addresses that ``git`` and ``checkout`` name."""
    if call.name == "git" and isinstance(call.first, Text):
        yield call.first
    for one in everything((call,)):
        items = one.arguments if isinstance(one, Call) else one.items if isinstance(one, Several) else ()
        for each in items:
            if each.name in {"url", "remote"} and isinstance(each.value, Text):
                yield each.value


def _image(flow: Flow, call: Call, around: Around) -> None:
    """``docker.build(name, arguments)`` is ``docker build -t name arguments``."""
    given = [flow.said(one.value, around) for one in call.arguments if not isinstance(one.value, Closure)]
    name, rest = (given[0] if given else ""), " ".join(given[1:]).strip() or "."
    text = f"docker build {shell_words('-t', name) if name else ''} {rest}"
    flow.add(call.line, Script(text, call.line, folded=True, directory=around.directory), around)
    flow.closures(call, around)


def _push(flow: Flow, name: str, call: Call, around: Around) -> None:
    """``image.push()`` of an image of docker."""
    owner = name.rpartition(".")[0]
    named = ""
    if isinstance(call.target, Call) and call.target.name in {"docker.build", "docker.image"}:
        named = flow.said(call.target.first, around)
    elif owner:
        known = around.variables.get(owner)
        if isinstance(known, Call) and known.name == "docker.image":
            known = known.first
        named = flow.said(known, around) if isinstance(known, Text) else ""
    if named:
        text = f"docker push {shell_words(named)}"
        flow.add(call.line, Script(text, call.line, folded=True), around)


def _action(flow: Flow, name: str, call: Call, around: Around) -> None:
    if name == "step":
        kinds = [
            each.value.text.rpartition(".")[2]
            for one in everything((call,))
            if isinstance(one, Several | Call)
            for each in (one.items if isinstance(one, Several) else one.arguments)
            if each.name == "$class" and isinstance(each.value, Text)
        ]
        name = kinds[0] if kinds else "step"
    flow.add(call.line, Action(f"{PREFIX}{name}", call.line, flow.inputs_of(call, around)), around)
    flow.closures(call, around)


_STEPS: dict[str, Callable[[Flow, Call, Around], None]] = {
    "pipeline": _pipeline,
    "stage": _stage,
    "parallel": _parallel,
    **dict.fromkeys(("echo", "println", "print", "printf"), _speak),
    "sleep": _sleep,
    "dir": _within_folder,
    "ws": _workspace,
    "timeout": _timeout,
    **dict.fromkeys(("lock", "throttle", "milestone"), _alone),
    **dict.fromkeys(("catchError", "warnError"), _softened),
    "input": _ask,
    **dict.fromkeys(("checkout", "git"), _checkout),
    "build": _build,
    "load": _load,
    **dict.fromkeys(("cron", "parameterizedCron"), _timer),
    "disableConcurrentBuilds": _no_overlap,
    "docker.build": _image,
    "sshCommand": _command,
}

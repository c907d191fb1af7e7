"""What a pipeline does, in its order: jobs with their steps, conditions not answered yet.

A stage is a job; steps outside stages make jobs of their own. Stages follow one another, the
branches of ``parallel`` stand side by side. Functions of the file are followed where they are called.
Sources: Jenkins documentation, "Pipeline Syntax", "Pipeline Steps Reference" (``sh`` runs ``sh -xe``,
``catchError``, ``warnError``, ``input``), "Using Docker with Pipeline".
"""

from __future__ import annotations

from posixpath import normpath
from shlex import quote
from typing import TYPE_CHECKING

from readiness.facts.ci.jenkins.steps import ACTIONS, OBJECTS, QUIET
from readiness.facts.ci.jenkins.tokens import CLOSED, HOLE
from readiness.facts.ci.jenkins.tree import (
    Argument,
    Assign,
    Call,
    Closure,
    Function,
    If,
    Jump,
    Library,
    Loop,
    Name,
    Other,
    Several,
    Statement,
    Text,
    Try,
    Value,
    parts_of,
)
from readiness.facts.ci.model import MOST_STEPS, Action, Script
from readiness.records import Struct, field, replace
from readiness.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from readiness.facts.ci.jenkins.conditions import Gate

_CALLS = 1_500  # functions followed in one file
_WITHIN = 10  # functions within one another
_JOBS = 256
_FAILED = frozenset(("FAILURE", "FAILED", "ABORTED"))
_SHOWN = 200
_PACKAGES = frozenset(("com", "org", "net", "io", "hudson", "jenkins", "java", "javax", "groovy"))


class Around(Struct, frozen=True):
    """What holds for a step from around it."""

    gates: tuple[Gate, ...] = ()
    directory: str = ""
    masked: str = ""
    goes_on: bool = False  # its failure fails the build, and what comes next runs all the same
    after_failure: bool = False
    on_failure: bool = False
    variables: dict[str, Value] = field(default_factory=dict)
    within: tuple[str, ...] = ()
    line: int = 0  # where the pipeline calls what is written in another file
    via: tuple[Span, ...] = ()
    timeout: bool = False
    concurrency: bool = False
    matrix: bool = False


class Done(Struct, frozen=True):
    """A step: what it does, and what held for it. ``inputs`` are the questions to people before it."""

    line: int
    work: Script | Action
    around: Around
    inputs: tuple[tuple[Gate, ...], ...] = ()
    masked: str = ""


class Stage(Struct):
    """A job in the making."""

    key: str
    line: int
    needs: tuple[str, ...]
    demands: tuple[str, ...]
    around: Around
    provided: bool | None
    inputs: tuple[tuple[Gate, ...], ...] = ()
    steps: list[Done] = field(default_factory=list)
    timeout: bool = False
    concurrency: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether what comes next runs although it failed."""
        scripts = [one for one in self.steps if isinstance(one.work, Script)]
        return bool(scripts) and all(one.around.goes_on or one.around.masked or one.masked for one in scripts)


class Module(Struct, frozen=True):
    """A file of functions, and its path."""

    path: str
    functions: dict[str, Function]


class Flow:
    """Walks the statements of one file; ``modules`` are the functions of files that it loads."""

    def __init__(
        self,
        statements: Sequence[Statement],
        load: Callable[[str], Sequence[Statement] | None],
        own: Callable[[str], bool],
    ) -> None:
        self.stages: list[Stage] = []
        self.current: Stage | None = None
        self.names: dict[str, int] = {}
        self.needs: tuple[str, ...] = ()
        self.demands: tuple[str, ...] = ()
        self.inputs: tuple[tuple[Gate, ...], ...] = ()
        self.checked: bool | None = False
        self.root = ""  # the folder that the files were put into
        self.title = "pipeline"  # of steps that no stage holds
        self.timer = False
        self.timeout = False
        self.concurrency = False
        self.by_path: list[bool] = []
        self.conditions: list[Value] = []
        self.functions: dict[str, Function] = {}
        self.modules: dict[str, Module | None] = {}  # by the variable that holds them
        self.branches: dict[str, list[Argument]] = {}
        self.assigned: set[str] = set()
        self.changing: set[str] = set()  # variables that are set in several places
        self.watched: set[str] = set()
        self.calls = 0
        self.steps = 0
        self.full = False
        self.library = ""
        self.load, self.own = load, own
        self.top = statements
        self._know(statements)

    def run(self) -> None:
        """Walk the file."""
        self.walk(self.top, Around())
        self.leave()

    def _know(self, statements: Sequence[Statement]) -> None:
        """The functions and variables of the file, wherever they stand, and what failing hangs on."""
        left: list[Statement] = list(statements)
        while left:
            one = left.pop()
            match one:
                case Function():
                    self.functions.setdefault(one.name, one)
                    self.assigned.update(one.parameters)
                    left += one.body.statements
                case Assign():
                    if one.name in self.assigned and not isinstance(one.value, Closure):
                        self.changing.add(one.name.removeprefix("env."))
                    self.assigned.update(
                        (one.name, one.name.partition(".")[0], one.name.removeprefix("env."))
                    )
                    left.append(one.value)
                case If():
                    if fails(one.then.statements) or fails(one.otherwise.statements):
                        self.watched |= {
                            each.text for each in _values(one.condition) if isinstance(each, Name)
                        }
                    left += (one.condition, *one.then.statements, *one.otherwise.statements)
                case Library():
                    self.library = self.library or one.name or "a library"
                case Closure():
                    self.assigned.update(one.parameters)
                    left += one.statements
                case _:
                    left += _inside(one)

    # ---- jobs

    def enter(self, name: str, line: int, around: Around) -> Stage:
        """Begin a job."""
        self.leave(leaf=False)
        if len(self.stages) >= _JOBS:
            self.full = True
        count = self.names[name] = self.names.get(name, 0) + 1
        free = around.after_failure or around.on_failure
        stage = Stage(
            key=name if count == 1 else f"{name} ({count})",
            line=line,
            needs=self.needs,
            demands=() if free else self.demands,
            around=around,
            provided=self.checked,
            inputs=self.inputs,
            timeout=around.timeout,
            concurrency=around.concurrency,
        )
        self.current = stage
        return stage

    def leave(self, *, leaf: bool = True) -> None:
        """End the job that is begun; those that come next wait for it.

        One that holds others, and has no step of its own, is none.
        """
        stage, self.current = self.current, None
        if stage is None or not (leaf or stage.steps):
            return
        if not self.full:
            self.stages.append(stage)
        self.needs = (stage.key,)
        if not stage.goes_on and not stage.around.on_failure:
            self.demands = (stage.key,)

    def job(self, line: int, around: Around) -> Stage:
        """The job that a step belongs to: the stage around it, else one of its own."""
        if self.current is None:
            return self.enter(self.title, line, around)
        return self.current

    def add(self, line: int, work: Script | Action, around: Around, masked: str = "") -> None:
        """Add a step to the job at hand."""
        if around.line:
            work = replace(work, line=around.line)
        if isinstance(work, Script):
            outer = around.line > 0
            work = replace(
                work,
                directory=self.rooted(work.directory),
                folded=work.folded or outer,
                lines=() if outer else work.lines,
            )
        job = self.job(around.line or line, around)
        job.timeout = job.timeout or around.timeout
        job.concurrency = job.concurrency or around.concurrency
        if len(job.steps) < MOST_STEPS:
            job.steps.append(Done(around.line or line, work, around, self.inputs, masked))

    def rooted(self, directory: str) -> str:
        """A folder seen from where the files are."""
        if not self.root or directory in {"", "?"}:
            return directory
        if directory == self.root:
            return ""
        inside = f"{self.root}/"
        return directory.removeprefix(inside) if directory.startswith(inside) else "?"

    def elsewhere(self, what: str, line: int, around: Around) -> None:
        """Add a step that is written elsewhere; whether it brings the files is not to be known."""
        self.add(line, Action(what, line, unknown=f"what {what} does is written elsewhere"), around)
        job = self.job(line, around)
        job.provided = job.provided or None
        self.checked = self.checked or None

    # ---- statements

    def walk(self, statements: Iterable[Statement], around: Around) -> bool:
        """Do what statements say; True if nothing behind them runs."""
        for one in statements:
            match one:
                case If():
                    around, ended = self.choose(one, around)
                    if ended:
                        return True
                case Jump():
                    self.evaluate(one.value or Name(one.line, ""), around)
                    if one.word in {"return", "throw"}:
                        return True
                case Try() if self.attempt(one, around):
                    return True
                case Try() | Function() | Library():
                    continue
                case Loop():
                    self.walk(one.body.statements, around)
                case Assign():
                    around = self.assign(one, around)
                case Call(name="error"):
                    return True
                case _:
                    self.evaluate(one, around)
        return False

    def choose(self, one: If, around: Around) -> tuple[Around, bool]:
        """Both ways of an ``if``; behind one that ends, only what the other way leads to runs."""
        self.conditions.append(one.condition)
        failing = fails(one.then.statements) or fails(one.otherwise.statements)
        self.evaluate(one.condition, around, watched=failing)
        yes = replace(around, gates=(*around.gates, (one.condition, True)))
        no = replace(around, gates=(*around.gates, (one.condition, False)))
        ended = self.walk(one.then.statements, yes)
        ended_else = self.walk(one.otherwise.statements, no)
        if ended and ended_else:
            return around, True
        if ended and not fails(one.then.statements):
            return no, False
        if ended_else and not fails(one.otherwise.statements):
            return yes, False
        return around, False

    def attempt(self, one: Try, around: Around) -> bool:
        """``try``: a failure that no handler passes on fails nothing."""
        passed_on = [_ends(handler.statements) for handler in one.handlers]
        if not one.handlers or all(passed_on):
            inner = around
        elif self._counts(one.handlers):
            inner = replace(around, goes_on=True)
        else:
            inner = replace(around, masked=around.masked or "try, and no handler passes the failure on")
        demands = self.demands
        ended = self.walk(one.body.statements, inner)
        if inner is not around:
            self.demands = demands
        for handler in one.handlers:
            self.walk(handler.statements, replace(around, on_failure=True, after_failure=True))
        if one.last.statements:
            kept = self.demands
            self.walk(one.last.statements, replace(around, after_failure=True))
            if self.current is None:
                self.demands = kept
        return ended and inner is around

    def _counts(self, handlers: Iterable[Closure]) -> bool:
        """Whether a failure that handlers keep to themselves fails the build, or may."""
        found = [handler.statements for handler in handlers]
        return all(map(fails, found)) or any(
            isinstance(one, Call) and self.unknown(one.name) for each in found for one in everything(each)
        )

    def assign(self, one: Assign, around: Around) -> Around:
        """Do what the value does, and keep it for what follows."""
        value = one.value
        if isinstance(value, Closure):
            self.branches.setdefault(one.name, []).append(Argument(one.part or one.name, value))
            return replace(around, variables={**around.variables, one.name: value})
        if isinstance(value, Call) and value.name == "load":
            self.modules[one.name] = self.loaded(value, around)
            return around
        self.evaluate(value, around, watched=one.name in self.watched)
        if isinstance(value, Several):
            held = [each for each in value.items if isinstance(each.value, Closure)]
            self.branches.setdefault(one.name, []).extend(held)
        built = value.first if isinstance(value, Call) and value.name == "docker.build" else None
        kept: Value = Text(built.line, self.said(built, around)) if isinstance(built, Text) else value
        if isinstance(kept, Text) and HOLE in kept.text:
            kept = Text(kept.line, self.said(kept, around), kept.lines)
        if one.part or one.name in self.changing:
            kept = Other(one.line)  # which value it has depends
        return replace(around, variables={**around.variables, one.name: kept})

    def loaded(self, call: Call, around: Around) -> Module | None:
        """The functions of the file that ``load`` names; None where they are not to be known."""
        path = self.said(call.first, around) if isinstance(call.first, Text) else ""
        found = self.load(path) if path and "$" not in path else None
        if found is None:
            return None
        return Module(path, {one.name: one for one in found if isinstance(one, Function)})

    # ---- values

    def evaluate(self, value: Value, around: Around, *, watched: bool = False) -> None:
        """Do what the calls in a value do. ``watched`` where a failure that it returns is acted upon."""
        match value:
            case Call():
                self.call(value, around, watched=watched)
            case Closure():
                self.walk(value.statements, around)
            case Text() | Name():
                return
            case _:
                for part in parts_of(value):
                    if not isinstance(part, Closure):
                        self.evaluate(part, around, watched=watched)

    def call(self, call: Call, around: Around, *, watched: bool) -> None:
        """Do what one call does."""
        name = call.name
        for prefix in ("this.", "steps.", "script."):
            name = name.removeprefix(prefix)
        if name.startswith("new "):
            return
        if call.target is not None:
            self.evaluate(call.target, around, watched=watched)
        if self.steps > MOST_STEPS * 20:
            self.full = True
            return
        self.steps += 1
        bound = around.variables.get(name.removesuffix(".call"))
        if isinstance(bound, Closure) and call.target is None:
            self.follow(name, bound.parameters, bound, call, around)
            return
        function = self.functions.get(name) if call.target is None else None
        owner, _, method = name.rpartition(".")
        module = self.modules.get(owner)
        if function is None and module is not None and method in module.functions:
            function = module.functions[method]
            span = Span(module.path, function.line)
            around = replace(around, line=around.line or call.line, via=(*around.via, span))
        if function is not None:
            self.follow(function.name, function.parameters, function.body, call, around)
            return
        from readiness.facts.ci.jenkins.handlers import handle  # noqa: PLC0415 - the two know each other

        handle(self, name, call, around, watched=watched)

    def deeper(self, name: str, around: Around) -> bool:
        """Whether one more function is followed; one within itself is not."""
        self.calls += 1
        if self.calls > _CALLS or len(around.within) >= _WITHIN:
            self.full = True
            return False
        return name not in around.within

    def follow(self, name: str, parameters: Sequence[str], body: Closure, call: Call, around: Around) -> None:
        """A function of the file, or a closure that it keeps, with what it is given."""
        if not self.deeper(name, around):
            return
        given = [one.value for one in call.arguments if not one.name]
        variables = dict(around.variables)
        for index, parameter in enumerate(parameters):
            value = given[index] if index < len(given) else Other(call.line)
            if isinstance(value, Text):
                value = Text(value.line, self.said(value, around))
            elif isinstance(value, Name):
                value = around.variables.get(value.text, value)
            variables[parameter] = value
        for one in call.arguments:
            if not isinstance(one.value, Closure):
                self.evaluate(one.value, around)
        inner = replace(around, variables=variables, within=(*around.within, name))
        self.walk(body.statements, inner)

    def closures(self, call: Call, around: Around) -> None:
        """What the closures among the arguments of a call do."""
        for one in call.arguments:
            if isinstance(one.value, Closure):
                self.walk(one.value.statements, around)
            elif isinstance(one.value, Call | Several | Other):
                self.evaluate(one.value, around)

    def unknown(self, name: str) -> bool:
        """Whether a call of ``name`` is of what neither Jenkins nor the file tells."""
        first, dot, last = name.partition(".")
        if not name or not name[0].isalpha() or name[0].isupper():
            return False
        if dot:
            if first in _PACKAGES and name.count(".") > 1:
                return False
            if first in self.modules:
                return self.modules[first] is None
            known = first in OBJECTS or first in QUIET or first in ACTIONS or first in self.functions
            return not (known or first in self.assigned or not last)
        return not (name in QUIET or name in ACTIONS or name in OBJECTS or name in self.functions)

    # ---- texts

    def said(self, value: Value | None, around: Around) -> str:
        """A text with its expressions filled in; one that is not known stays as a variable of the shell."""
        if isinstance(value, Name):
            known = around.variables.get(value.text)
            return known.text if isinstance(known, Text) else f"${{{value.text.rpartition('.')[2]}}}"
        if not isinstance(value, Text):
            return ""
        if HOLE not in value.text:
            return value.text
        out: list[str] = []
        for number, piece in enumerate(value.text.split(HOLE)):
            inner, closed, rest = piece.partition(CLOSED)
            if not number or not closed:
                out.append(piece)
                continue
            known = _lookup(inner.strip(), around.variables)
            last = inner.strip().rpartition(".")[2]
            plain = all(char.isalnum() or char == "_" for char in last) and bool(last)
            out.append(
                known.text.replace("\n", " ") if known is not None else f"${{{last if plain else 'value'}}}"
            )
            out.append(rest)
        return "".join(out)

    def folder(self, call: Call, around: Around) -> str:
        """The folder that ``dir`` goes into, from the root; ``?`` if it is not to be known."""
        text = self.said(call.first, around)
        if not text or "$" in text or text.startswith(("/", "~")) or around.directory == "?":
            return "?"
        path = normpath(f"{around.directory}/{text}" if around.directory else text)
        return "?" if path.startswith("..") else "" if path == "." else path

    def inputs_of(self, call: Call, around: Around) -> tuple[tuple[str, str], ...]:
        """The arguments of a step as the inputs of a building block."""
        out = []
        for number, one in enumerate(call.arguments):
            if isinstance(one.value, Text | Name):
                text = self.said(one.value, around) if isinstance(one.value, Text) else one.value.text
                out.append((one.name or f"argument{number}", text[: _SHOWN * 10]))
        return tuple(out)

    # ---- several ways at once

    def side_by_side(self, ways: Sequence[tuple[str, int, Callable[[Around], None]]], around: Around) -> None:
        """Branches that run at the same time: none waits for another, what follows waits for all."""
        self.leave()
        needs, demands, inputs, checked = self.needs, self.demands, self.inputs, self.checked
        ends: list[str] = []
        demanded: list[str] = []
        after = checked
        asked = inputs
        for _, _, way in ways:
            self.needs, self.demands, self.inputs, self.checked = needs, demands, inputs, checked
            way(around)
            self.leave()
            ends += self.needs
            demanded += self.demands
            after = after or self.checked
            asked = (*asked, *self.inputs[len(inputs) :])
        self.needs = tuple(dict.fromkeys(ends)) or needs
        self.demands = tuple(dict.fromkeys(demanded)) or demands
        self.inputs, self.checked = asked[:20], after


def _lookup(name: str, variables: Mapping[str, Value]) -> Text | None:
    found = variables.get(name) or variables.get(name.removeprefix("env.").removeprefix("params."))
    return found if isinstance(found, Text) and HOLE not in found.text else None


def _inside(one: Statement) -> Iterator[Statement]:
    match one:
        case If():
            yield from (one.condition, *one.then.statements, *one.otherwise.statements)
        case Try():
            yield from (*one.body.statements, *one.last.statements)
            for handler in one.handlers:
                yield from handler.statements
        case Loop():
            yield from one.body.statements
        case Assign():
            yield one.value
        case Function():
            yield from one.body.statements
        case Jump():
            if one.value is not None:
                yield one.value
        case Library():
            return
        case Closure():
            yield from one.statements
        case _:
            yield from parts_of(one)


def everything(statements: Iterable[Statement]) -> Iterator[Statement]:
    """All statements and values, however deep."""
    left = list(statements)
    while left:
        one = left.pop()
        yield one
        left += _inside(one)


def _values(value: Value) -> Iterator[Value]:
    left = [value]
    while left:
        one = left.pop()
        yield one
        left += parts_of(one)


def _ends(statements: Sequence[Statement]) -> bool:
    """Whether statements pass the failure on, on one way at least: ``throw`` or ``error``."""
    return any(
        (isinstance(one, Jump) and one.word == "throw") or (isinstance(one, Call) and one.name == "error")
        for one in everything(statements)
    )


def fails(statements: Sequence[Statement]) -> bool:
    """Whether statements fail the build, at once or in the end."""
    if _ends(statements):
        return True
    for one in everything(statements):
        if isinstance(one, Assign) and one.name in {"currentBuild.result", "currentBuild.currentResult"}:
            named = [each.text for each in _values(one.value) if isinstance(each, Text | Name)]
            if any(text.rpartition(".")[2] in _FAILED for text in named):
                return True
        if (
            isinstance(one, Call)
            and one.name == "sh"
            and isinstance(one.first, Text)
            and "exit 1" in one.first.text
        ):
            return True
    return False


def shell_words(*words: str) -> str:
    """A command of ``words``; variables in them stay variables."""
    return " ".join(word if "$" in word and " " not in word else quote(word) for word in words if word)

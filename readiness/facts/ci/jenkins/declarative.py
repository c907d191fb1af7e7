"""A declarative pipeline: its stages, what each asks for, and what is done at the end.

Source: Jenkins documentation, "Pipeline Syntax", "Declarative Pipeline".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.jenkins.conditions import of_when
from readiness.facts.ci.jenkins.tree import Assign, Call, Closure, Name, Text
from readiness.records import replace
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from readiness.facts.ci.jenkins.flow import Around, Flow
    from readiness.facts.ci.jenkins.tree import Statement, Value

_ON_FAILURE = frozenset(("failure", "unsuccessful", "unstable", "aborted", "regression", "notBuilt"))
_ON_SUCCESS = frozenset(("success",))
_BODIES = frozenset(("steps", "stages", "parallel", "matrix"))


def check(statements: Sequence[Statement]) -> None:
    """Raise ``Unparsable`` where Jenkins surely rejects a declarative pipeline."""
    for one in statements:
        if isinstance(one, Call) and one.name == "pipeline" and one.closure is not None:
            parts = {part.name for part in _calls(one.closure)}
            for needed in ("agent", "stages"):
                if needed not in parts:
                    raise Unparsable(one.line, f"it has no `{needed}`")
            for part in _calls(one.closure):
                if part.name == "stages" and part.closure is not None:
                    _check_stages(part.closure)


def _check_stages(closure: Closure) -> None:
    for stage in _calls(closure):
        if stage.name != "stage" or stage.closure is None:
            continue
        bodies = [part for part in _calls(stage.closure) if part.name in _BODIES]
        if not bodies:
            raise Unparsable(stage.line, "a stage has neither `steps` nor stages of its own")
        for part in bodies:
            if part.name in {"stages", "parallel"} and part.closure is not None:
                _check_stages(part.closure)


def take(flow: Flow, closure: Closure, around: Around) -> None:
    """Walk a declarative pipeline."""
    flow.checked = True  # every agent gets the files, unless that is switched off
    around = _settings(flow, closure, around, whole=True)
    for part in _calls(closure):
        if part.name == "stages" and part.closure is not None:
            _stages(flow, part.closure, around)
    flow.leave()
    for part in _calls(closure):
        if part.name == "post" and part.closure is not None:
            _last(flow, part.closure, around)


def _calls(closure: Closure) -> Iterator[Call]:
    return (one for one in closure.statements if isinstance(one, Call))


def _settings(flow: Flow, closure: Closure, around: Around, *, whole: bool) -> Around:
    """What ``options``, ``environment`` and ``triggers`` say for all that is in ``closure``."""
    for part in _calls(closure):
        inner = part.closure
        if inner is None:
            continue
        if part.name == "environment":
            around = replace(around, variables={**around.variables, **_variables(flow, inner, around)})
        elif part.name == "triggers":
            flow.timer = flow.timer or any(one.name in {"cron", "parameterizedCron"} for one in _calls(inner))
        elif part.name == "options":
            for one in _calls(inner):
                match one.name:
                    case "timeout":
                        around = replace(around, timeout=True)
                    case "disableConcurrentBuilds" | "lock" | "throttle":
                        around = replace(around, concurrency=True)
                        flow.concurrency = flow.concurrency or whole
                    case "skipDefaultCheckout":
                        first = one.first
                        off = isinstance(first, Name) and first.text == "false"
                        flow.checked = flow.checked and off
                    case _:
                        continue
    return around


def _variables(flow: Flow, closure: Closure, around: Around) -> dict[str, Value]:
    out: dict[str, Value] = {}
    for one in closure.statements:
        if isinstance(one, Assign) and isinstance(one.value, Text) and one.name not in flow.changing:
            inner = replace(around, variables={**around.variables, **out})
            text = flow.said(one.value, inner)
            if "$" not in text:
                out[one.name] = Text(one.value.line, text)
    return out


def _stages(flow: Flow, closure: Closure, around: Around) -> None:
    for call in _calls(closure):
        if call.name == "stage" and call.closure is not None:
            _stage(flow, call, around)


def _stage(flow: Flow, call: Call, around: Around) -> None:
    closure = call.closure or Closure(call.line, ())
    title = flow.said(call.first or call.given("name"), around)[:200] or "stage"
    around = _settings(flow, closure, around, whole=False)
    for part in _calls(closure):
        if part.name == "when" and part.closure is not None:
            condition = of_when(part.closure)
            flow.conditions.append(condition)
            around = replace(around, gates=(*around.gates, (condition, True)))
    if any(part.name == "input" for part in _calls(closure)):
        flow.leave()
        flow.inputs = (*flow.inputs, around.gates)[:20]
    before = flow.title
    for part in _calls(closure):
        if part.closure is not None:
            _body(flow, part.name, part.closure, around, (title, call.line))
    flow.title = f"{title}, at its end"
    for part in _calls(closure):
        if part.name == "post" and part.closure is not None:
            for one in _calls(part.closure):
                if one.closure is not None:
                    flow.walk(one.closure.statements, _at_end(one.name, around))
    flow.title = before
    flow.leave()


def _body(flow: Flow, name: str, closure: Closure, around: Around, stage: tuple[str, int]) -> None:
    """What a stage does: steps, or stages of its own."""
    match name:
        case "steps":
            flow.enter(*stage, around)
            flow.title = stage[0]
            flow.walk(closure.statements, around)
        case "stages":
            _stages(flow, closure, around)
        case "parallel":
            _parallel(flow, closure, around)
        case "matrix":
            for inner in _calls(closure):
                if inner.name == "stages" and inner.closure is not None:
                    _stages(flow, inner.closure, replace(around, matrix=True))
        case _:
            return


def _parallel(flow: Flow, closure: Closure, around: Around) -> None:
    stages = (call for call in _calls(closure) if call.name == "stage" and call.closure is not None)
    ways = [("", call.line, _way(flow, call)) for call in stages]
    flow.side_by_side(ways, around)


def _way(flow: Flow, call: Call) -> Callable[[Around], None]:
    def way(around: Around) -> None:
        _stage(flow, call, around)

    return way


def _last(flow: Flow, closure: Closure, around: Around) -> None:
    """What is done when all stages are through: a job for each outcome."""
    needs, demands, inputs = flow.needs, flow.demands, flow.inputs
    for one in _calls(closure):
        if one.closure is None:
            continue
        flow.needs, flow.demands, flow.inputs = needs, demands, inputs
        flow.title = f"post {one.name}"
        flow.walk(one.closure.statements, _at_end(one.name, around))
        flow.leave()


def _at_end(outcome: str, around: Around) -> Around:
    if outcome in _ON_SUCCESS:
        return around
    return replace(around, after_failure=True, on_failure=outcome in _ON_FAILURE)

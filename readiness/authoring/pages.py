"""The reference of the rules: a page for each, with its cases as examples, and an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.secrets.values import redacted
from readiness.rulebook.standards import load_standards
from readiness.rulebook.words import in_words
from readiness.scoring.settings import load_scoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from readiness.requirement import Requirement
    from readiness.rulebook.model import Case, Rule
    from readiness.rulebook.standards import Framework

_SEVERITIES = ("critical", "high", "medium", "low")
_FENCES = {
    "yml": "yaml",
    "yaml": "yaml",
    "py": "python",
    "json": "json",
    "toml": "toml",
    "tf": "hcl",
    "ts": "ts",
    "js": "js",
    "go": "go",
    "md": "markdown",
    "sh": "sh",
}


def pages(rules: Sequence[Rule]) -> Mapping[str, str]:
    """Every page by its path below the folder of the reference; ``README.md`` is the index."""
    made = {f"{rule.id}.md": _page(rule) for rule in rules}
    return {"README.md": _index(rules), "standards.md": _standards(rules), **made}


def _index(rules: Sequence[Rule]) -> str:
    titles = {area.id: (area.title, area.weight) for area in load_scoring().areas}
    lines = [
        "# The rules",
        "",
        f"{len(rules)} rules. [By standard](standards.md): which controls of which framework they speak of,",
        "and which no rule speaks of. `readiness rules show ID` prints a rule, `readiness explain ID PATH`",
        "its verdict.",
        "",
    ]
    for severity in _SEVERITIES:
        own = [rule for rule in rules if rule.severity == severity]
        lines += [f"**{severity}** ({len(own)}): " + ", ".join(_link(rule) for rule in own), ""]
    for area, (title, weight) in titles.items():
        own = [rule for rule in rules if rule.area == area]
        lines += [
            f"## {title}",
            "",
            f"{len(own)} rules, {weight} of 100 points.",
            "",
            "| rule | what is true when all is well | severity | weight | tier |",
            "|---|---|---|--:|---|",
        ]
        lines += [
            f"| {_link(rule)} | {_cell(rule.title)} | {rule.severity} | {rule.weight} | {rule.tier} |"
            for rule in own
        ]
        lines.append("")
    return "\n".join(lines)


def _standards(rules: Sequence[Rule]) -> str:
    frameworks = load_standards()
    lines = [
        "# The rules by standard",
        "",
        "What a rule *speaks of* it helps to answer; no rule, and no tool, certifies a control.",
        "",
        "| framework | controls that a rule speaks of | of |",
        "|---|--:|---|",
    ]
    spoken = {key: _spoken(key, rules) for key in frameworks}
    for key, framework in frameworks.items():
        whole = str(len(framework.controls)) if framework.complete else "not all are listed here"
        lines.append(f"| [{framework.name}](#{_anchor(framework)}) | {len(spoken[key])} | {whole} |")
    for key, framework in frameworks.items():
        lines += ["", f"## {framework.name}", "", f"Key `{key}`. Source: <{framework.source}>.", ""]
        lines += ["| control | rules |", "|---|---|"]
        for control, title in framework.controls.items():
            named = spoken[key].get(control, ())
            if named or framework.complete:
                text = f"{control} {title}".strip()
                lines.append(f"| {_cell(text)} | {', '.join(_link(rule) for rule in named) or 'none'} |")
    return "\n".join(lines) + "\n"


def _anchor(framework: Framework) -> str:
    kept = (char for char in framework.name.lower().replace(" ", "-") if char.isalnum() or char in "-_")
    return "".join(kept)


def _spoken(key: str, rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for control in rule.standards.get(key, ()):
            found.setdefault(control, []).append(rule)
    return found


def _link(rule: Rule) -> str:
    return f"[{rule.id}]({rule.id}.md)"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _page(rule: Rule) -> str:
    lines = [
        f"# {rule.title}",
        "",
        f"`{rule.id}` · {rule.severity} · weight {rule.weight} · from tier {rule.tier}"
        + (f" · {rule.phase}" if rule.phase else "")
        + (" · shadow: shown, not scored" if rule.lifecycle == "shadow" else ""),
        "",
        rule.why,
        "",
        *_asked(rule),
        "## The ladder",
        "",
        "| level | holds when |",
        "|---|---|",
    ]
    if rule.planned is not None:
        lines.append(f"| planned | {_cell(in_words(rule.planned))} |")
    lines += [f"| {rung.level} | {_cell(in_words(rung.question))} |" for rung in rule.rungs]
    if rule.claimed is not None:
        lines += ["", f"A document claims it where there is {in_words(rule.claimed)}."]
    lines += [
        "",
        "Where it is met: " + _sentence(rule.strength),
        "",
        "Where it is not: " + _sentence(rule.gap),
        "",
    ]
    lines += [
        "## What to do",
        "",
        *(f"1. {step}" for step in rule.fix.steps),
        "",
        f"Effort: {rule.fix.effort}.",
        "",
    ]
    if rule.fix.snippet.strip():
        lines += [*_fenced(rule.fix.snippet, ""), ""]
    if rule.limits:
        lines += ["## What files cannot show", "", rule.limits, ""]
    if rule.standards:
        lines += ["## Standards", "", *_named(rule), ""]
    if rule.cases:
        lines += ["## Cases", ""]
        for case in rule.cases:
            lines += _case(case)
    return "\n".join(lines).rstrip("\n") + "\n"


def _asked(rule: Rule) -> Iterator[str]:
    if rule.applies is not None:
        yield f"Asked where there is {in_words(rule.applies)}; else: {_sentence(rule.otherwise)}"
        yield ""
    if rule.profiles:
        yield f"Asked of the profiles {', '.join(rule.profiles)}."
        yield ""
    if rule.requires is not None:
        yield f"Waits for {_requirement(rule.requires)}: below that it is blocked."
        yield ""
    if rule.environments:
        yield f"Asked once for each environment; {rule.environments[0]} decides."
        yield ""


def _requirement(one: Requirement) -> str:
    if one.rule:
        area, _, name = one.rule.partition("/")
        return f"[{one.rule}](../{area}/{name}.md) to be {one.at_least} or better"
    joined, word = (one.all_of, " and ") if one.all_of else (one.any_of, " or ")
    return word.join(_requirement(part) for part in joined)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _named(rule: Rule) -> Iterator[str]:
    frameworks = load_standards()
    for key, ids in rule.standards.items():
        framework = frameworks.get(key)
        names = framework.controls if framework is not None else {}
        controls = ", ".join(f"{one} {names.get(one, '')}".strip() for one in ids)
        yield f"- {framework.name if framework is not None else key}: {controls}"


def _case(case: Case) -> Iterator[str]:
    if not case.applies:
        verdict = "does not apply"
    else:
        verdict = str(case.level)
        if case.ceiling is not None and case.ceiling is not case.level:
            verdict += f", perhaps up to {case.ceiling}"
    yield f"### {case.name[:1].upper()}{case.name[1:]}: {verdict}"
    yield ""
    if case.past is not None:
        yield "With a history of its own; the rule's file has it."
        yield ""
    for path, text in case.files.items():
        shown = "\n".join(map(_harmless, text.rstrip("\n").split("\n")))
        if not shown.strip():
            yield f"`{path}`, empty"
        else:
            yield f"`{path}`"
            yield ""
            yield from _fenced(shown, _FENCES.get(path.rpartition(".")[2], ""))
        yield ""
    if case.sees:
        yield "It rests on " + ", ".join(f"`{place}`" for place in case.sees) + "."
        yield ""


def _harmless(line: str) -> str:
    """A line of an example without its secret: even a made-up one would set off every scanner of secrets."""
    shown = "***" if "PRIVATE KEY-----" in line else redacted(line, 1000)
    hides = "***" in shown and "***" not in line
    return line[: len(line) - len(line.lstrip())] + shown if hides else line


def _fenced(text: str, language: str) -> Iterator[str]:
    longest, run = 0, 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    fence = "`" * max(3, longest + 1)
    yield fence + language
    yield from text.rstrip("\n").split("\n")
    yield fence

"""The one door to Jinja2: the templates of reports, in which every value is made harmless for its medium.

A template never is text of the subject. Values are escaped by default in either medium; what a filter here
has made safe is marked so and stays.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from readiness.errors import ReadinessError
from readiness.render.entries import anchor, prose
from readiness.render.figures import exact
from readiness.render.terminal import points
from readiness.render.text import inert
from readiness.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

TONES = {"good": "✅", "fair": "⚠️", "poor": "❌", "unknown": "❓", "none": "➖"}
"""The icon of a tone, which always stands beside a word."""
_MARKDOWN = frozenset("\\`*_{}[]<>#|!~&$")


_OVERRIDING: ContextVar[str] = ContextVar("overriding", default="")


@contextmanager
def overridden(folder: str) -> Iterator[None]:
    """While this lasts, what is in the user's ``folder`` stands for the shipped template of the same name.

    Empty: nothing is. Raises ``ReadinessError`` where there is no such folder, or a template in it cannot be
    used.
    """
    if folder and not Path(folder).is_dir():
        raise ReadinessError(f"--templates: there is no folder '{folder}'")
    token = _OVERRIDING.set(folder)
    try:
        yield
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        if not folder:
            raise
        place = f"{getattr(error, 'name', None) or folder}:{getattr(error, 'lineno', None) or 1}"
        raise ReadinessError(f"--templates: {place}: {inert(str(error))}") from None
    finally:
        _OVERRIDING.reset(token)


def html(template: str, **values: Any) -> str:
    """``template`` filled with ``values``, every one of them escaped for HTML."""
    environment = _environment(_inert)
    return environment.get_template(template).render(**values)


def source(name: str) -> str:
    """The text of a file beside the templates, which is put into a page as it is."""
    environment = _environment(_inert)
    assert environment.loader is not None  # noqa: S101 - for the type checker
    return environment.loader.get_source(environment, name)[0]


def style(name: str) -> Markup:
    """A style sheet beside the templates, as a template takes it."""
    return Markup(source(name))  # noqa: S704 - it is ours or the user's


def markdown(template: str, **values: Any) -> str:
    """``template`` filled with ``values``, every one of them escaped for Markdown.

    The filter ``code`` quotes a value, ``fenced`` quotes lines; both are for Markdown alone.
    """
    environment = _environment(_escaped)
    return environment.get_template(template).render(**values)


def _environment(finalize: Callable[[Any], str]) -> ImmutableSandboxedEnvironment:
    own = _OVERRIDING.get()
    folders = (*([own] if own else []), str(shipped("report_templates")))
    return _made(finalize, folders) if own else _kept(finalize, folders)


def _made(finalize: Callable[[Any], str], folders: tuple[str, ...]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters.update(
        anchor=anchor,
        cents=lambda value: f"{value // 100}.{value % 100:02}",
        code=lambda value: Markup(code_span(str(value))),  # noqa: S704 - quoted
        days=lambda value: f"{(value + 5) // 10 // 10}.{(value + 5) // 10 % 10}",
        exact=exact,
        fenced=lambda lines: Markup(fenced(lines)),  # noqa: S704 - quoted
        points=points,
        prose=prose,
        sentence=lambda text: text[:1].upper() + text[1:],
        tone=lambda tone: TONES[tone],
    )
    return environment


_kept = lru_cache(maxsize=4)(_made)
"""Where the templates are the shipped ones, what is compiled of them is kept."""


def _inert(value: Any) -> str:
    return value if isinstance(value, Markup) else inert(str(value))


def _escaped(value: Any) -> str:
    return value if isinstance(value, Markup) else Markup(escape_markdown(str(value)))  # noqa: S704 - escaped


def escape_markdown(text: str) -> str:
    """``text`` on one line in which nothing is markup, wherever in a line of Markdown it stands.

    Source: CommonMark 0.31, "Backslash escapes"; GitHub's tables, strikethrough and formulas.
    """
    shown = inert(text)
    start = shown.lstrip(" ")
    number = start[: len(start) - len(start.lstrip("0123456789"))]
    rest = start[len(number) :].rstrip(" ")
    out = "".join(f"\\{char}" if char in _MARKDOWN else char for char in rest)
    if rest and _begins_a_block(rest, after_number=bool(number)):
        out = f"\\{out}"
    before = " " if shown.startswith(" ") else ""
    after = " " if start.endswith(" ") else ""
    return f"{before}{number}{out}{after}"


def _begins_a_block(text: str, *, after_number: bool) -> bool:
    """Whether ``text`` at the start of a line is a list's bullet, a rule, or what underlines a heading."""
    if after_number:
        return text[0] in ".)" and text[1:2] in ("", " ")
    return text[0] in "-+=" and text[1:2] in ("", " ", text[0])


def code_span(text: str) -> str:
    """``text`` on one line as a code span: between more backticks than stand together in it."""
    shown = inert(text) if text.strip() else "(empty)"
    ticks = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def fenced(lines: Iterable[str]) -> str:
    """``lines`` as a block of code, its fence longer than any row of backticks in it."""
    shown = [inert(line) for line in lines]
    fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return "\n".join((fence, *shown, fence))


def _longest_run(text: str) -> int:
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return longest

"""What the readers of Ruby, C#, PHP and Rust have in common, and what hostile files do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.code.csharp import parse as parse_csharp
from readiness.facts.code.csharp.grammar import CSHARP
from readiness.facts.code.grammar import scope_of
from readiness.facts.code.php import parse as parse_php
from readiness.facts.code.php.symfony import parse as parse_settings
from readiness.facts.code.ruby import parse as parse_ruby
from readiness.facts.code.ruby import parse_drawn
from readiness.facts.code.ruby.grammar import RUBY
from readiness.facts.code.rust import parse as parse_rust
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from collections.abc import Callable

    from readiness.facts.code.model import Module

PARSERS: tuple[Callable[[bytes], Module], ...] = (
    parse_ruby,
    parse_drawn,
    parse_csharp,
    parse_php,
    parse_rust,
    parse_settings,
)
SOURCES: dict[Callable[[bytes], Module], str] = {
    parse_ruby: (
        "Rails.application.routes.draw do\n  get '/a', to: 'x#y'\n"
        "  resources :b do\n    member { get :c }\n  end\nend\n"
    ),
    parse_csharp: 'var g = app.MapGroup("/g");\ng.MapGet("/a", () => Ok(1)).RequireAuthorization();\n',
    parse_php: "<?php\nRoute::prefix('p')->group(function () {\n  Route::get('/a', [A::class, 'b']);\n});\n",
    parse_rust: 'fn app() -> Router { Router::new().nest("/p", Router::new().route("/a", get(h))) }\n',
}


def routes_in(parse: Callable[[bytes], Module], data: bytes) -> int:
    """How many routes are read of ``data``; none where it cannot be read."""
    try:
        return len(parse(data).routes)
    except Unparsable:
        return 0


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\x00\x01\x02",
        b"\xff\xfe\x00",
        "\ufeff".encode(),
        b"((((((",
        b"}" * 50,
        b"'" * 51,
        b"<?php",
        b"#[",
        b"a::",
    ],
)
def test_any_bytes_end_in_a_value_or_a_problem(parse: Callable[[bytes], Module], data: bytes) -> None:
    assert routes_in(parse, data) == 0


@pytest.mark.parametrize("parse", SOURCES)
def test_a_file_that_is_cut_off_anywhere_ends_in_a_value_or_a_problem(
    parse: Callable[[bytes], Module],
) -> None:
    text = SOURCES[parse].encode()
    for size in range(len(text)):
        assert routes_in(parse, text[:size]) <= 20


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_ruby, "x = a" + ".b(1)" * 700),
        (parse_csharp, "x = a" + ".B(1)" * 700 + ";"),
        (parse_php, "<?php\n$x = $a" + "->b(1)" * 700 + ";"),
        (parse_rust, "fn a() { x" + ".b(1)" * 700 + "; }"),
    ],
)
def test_calls_upon_calls_without_end_open_questions(parse: Callable[[bytes], Module], text: str) -> None:
    with pytest.raises(Unparsable) as caught:
        parse(text.encode())
    assert caught.value.opens


def test_a_name_has_dots_whatever_the_language_writes() -> None:
    scope = scope_of(b"Net::HTTP.new(a).get", RUBY)
    assert scope is not None
    assert [scope.name(call) for call in scope.of("call")] == ["Net.HTTP.new().get", "Net.HTTP.new()"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A?.B(1)", "A.B"),
        ("new A.B(1)", "B"),
        ("X y = new(1)", "X"),
        ("a[0].B()", "a.[].B"),
        ("a.B<int>()", "a.B"),
    ],
)
def test_a_call_of_csharp_has_the_name_of_what_it_calls(text: str, expected: str) -> None:
    scope = scope_of(f"class C {{ void M() {{ {text}; }} }}".encode(), CSHARP)
    assert scope is not None
    assert scope.called(scope.calls[0]) == expected


def test_a_text_is_followed_to_what_it_was_set_to_once() -> None:
    scope = scope_of(b"X = '/a'\nget X", RUBY)
    assert scope is not None
    scope.values["X"] = [scope.of("assignment")[0].field("right") or scope.root]
    (call,) = scope.of("call")
    assert scope.text(scope.first(call)) == "/a"
    scope.values["X"] = scope.values["X"] * 2
    assert scope.text(scope.first(call)) is None


@pytest.mark.parametrize(
    ("body", "refuses", "fails"),
    [
        ("head :unauthorized", True, False),
        ("head 403", True, False),
        ("render json: {}, status: 401", True, False),
        ("authorize!", True, False),
        ("verify_api_key(params)", True, False),
        ("validate_password(params)", False, False),
        ("x = 503", False, False),
        ("render json: {}, status: 503", False, True),
        ("status = 500", False, True),
        ("a(503)", False, False),
    ],
)
def test_what_a_handler_answers_is_told_by_its_statuses(body: str, refuses: bool, fails: bool) -> None:
    text = f"class A\ndef b\n{body}\nend\ndef authorize!\nend\nend\n"
    handler = next(item for item in parse_ruby(text.encode()).functions if item.name == "A#b")
    assert (handler.refuses, handler.fails) == (refuses, fails)

from __future__ import annotations

import pytest

from readiness.facts.ci.jenkins.groovy import parse
from readiness.facts.ci.jenkins.tokens import CLOSED, HOLE, tokens
from readiness.facts.ci.jenkins.tree import (
    Assign,
    Call,
    Compare,
    Function,
    If,
    Jump,
    Library,
    Logic,
    Loop,
    Name,
    Other,
    Several,
    Statement,
    Text,
    Try,
)
from readiness.spans import Unparsable


def one(text: str) -> Statement:
    (found,) = parse(text)
    return found


def said(text: str) -> str:
    found = one(text)
    assert isinstance(found, Text)
    return found.text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("'a'", "a"),
        ('"a"', "a"),
        ("'''a\nb'''", "a\nb"),
        ('"""a"""', "a"),
        ('"""a""""', 'a"'),
        ("'it\\'s'", "it's"),
        ("'a\\nb\\t\\\\'", "a\nb\t\\"),
        ("'\\u0041'", "A"),
        ("'\\ue000'", "?"),
        ("'''a\\\nb'''", "ab"),
        ("'$x ${y}'", "$x ${y}"),
        ('"\\$x"', "$x"),
        ('"a $ b $1"', "a $ b $1"),
        ("/a\\/b\\d/", "a/b\\d"),
        ("$/a/b/$", "a/b"),
        ('"$x.y z"', f"{HOLE}x.y{CLOSED} z"),
        ('"${x ? "}" : y}."', f'{HOLE}x ? "}}" : y{CLOSED}.'),
        ('"${x"', "${x"),
    ],
)
def test_every_kind_of_text_is_read(written: str, text: str) -> None:
    assert said(written) == text


@pytest.mark.parametrize("text", ["'a", "'a\n'", '"""a', "/* a", "'''"])
def test_what_does_not_end_cannot_be_read(text: str) -> None:
    with pytest.raises(Unparsable):
        tokens(text)


def test_a_slash_after_a_value_divides() -> None:
    assert isinstance(one("a / b / c"), Other)


@pytest.mark.parametrize("text", ["#!/usr/bin/env groovy\nx()", "// a\nx() // b", "/* a\n */ x()", "x(); ;"])
def test_comments_and_the_first_line_say_nothing(text: str) -> None:
    found = one(text)
    assert isinstance(found, Call)
    assert found.name == "x"


def test_a_call_without_parentheses_has_arguments() -> None:
    found = one("sh returnStdout: true, script: 'a', label: \"b\"")
    assert isinstance(found, Call)
    assert [argument.name for argument in found.arguments] == ["returnStdout", "script", "label"]


def test_arguments_may_go_over_lines() -> None:
    found = one("archive(\n  'a',\n  b: [1,\n 2],\n)")
    assert isinstance(found, Call)
    assert [argument.name for argument in found.arguments] == ["", "b"]


def test_a_closure_belongs_to_the_call_before_it() -> None:
    found = one("stage('a') { x() }")
    assert isinstance(found, Call)
    assert found.closure is not None
    assert len(found.closure.statements) == 1


def test_a_chain_may_go_over_lines() -> None:
    found = one("docker\n  .image('a')\n  .inside { x() }")
    assert isinstance(found, Call)
    assert found.name == "inside"
    assert isinstance(found.target, Call)


@pytest.mark.parametrize(
    "text", ["{ a, b -> a }", "{ String a, int b = 1 -> a }", "{ Map<String, String> a, b -> a }"]
)
def test_a_closure_has_parameters(text: str) -> None:
    found = one(f"x = {text}")
    assert isinstance(found, Assign)
    assert "b" in getattr(found.value, "parameters", ())


@pytest.mark.parametrize(
    ("text", "name", "part"),
    [
        ("def a = 1", "a", ""),
        ("final String a = 'b'", "a", ""),
        ("String a", "a", ""),
        ("def a", "a", ""),
        ("a += 1", "a", ""),
        ("env.A = 'b'", "env.A", ""),
        ("a['k'] = 1", "a", "k"),
        ("a[k] = 1", "a", "?"),
        ("a = b = 1", "a", ""),
        ("List<String> a = []", "", ""),
    ],
)
def test_an_assignment_names_what_it_sets(text: str, name: str, part: str) -> None:
    found = parse(text)[-1]
    if name:
        assert isinstance(found, Assign)
        assert (found.name, found.part) == (name, part)


@pytest.mark.parametrize(
    "text",
    [
        "def f(a, b = 1) { x() }",
        "void f(String a, Map b = [:]) { x() }",
        "private static List<String> f(a, b) {\n x() }",
        "String[] f(a, b)\n{ x() }",
    ],
)
def test_a_function_has_a_name_and_parameters(text: str) -> None:
    found = one(text)
    assert isinstance(found, Function)
    assert (found.name, found.parameters) == ("f", ("a", "b"))


def test_conditions_are_read_by_their_operators() -> None:
    found = one("if (!a && b == 'c' || d =~ /e/) { x() } else if (f) y() else z()")
    assert isinstance(found, If)
    assert isinstance(found.condition, Logic)
    both, last = found.condition.parts
    assert isinstance(both, Logic)
    assert (found.condition.word, both.word) == ("or", "and")
    assert isinstance(last, Compare)
    assert last.sign == "=~"
    assert isinstance(found.otherwise.statements[0], If)


@pytest.mark.parametrize(
    "text",
    [
        "for (x in y) { a() }",
        "for (int i = 0; i < 3; i++) { a() }",
        "while (x) { a() }",
        "do { a() } while (x)",
    ],
)
def test_what_a_loop_does_is_read(text: str) -> None:
    found = parse(text)[0]
    assert isinstance(found, Loop)
    assert any(isinstance(each, Call) for each in found.body.statements)


def test_the_ways_of_a_switch_are_read() -> None:
    found = one("switch (x) {\ncase 'a':\n a()\n break\ndefault:\n b()\n}")
    assert isinstance(found, Loop)
    assert [each.name for each in found.body.statements if isinstance(each, Call)] == ["a", "b"]


def test_a_try_has_handlers_and_an_end() -> None:
    found = one("try { a() }\ncatch (A | B e) { throw e }\ncatch (e) { return }\nfinally { b() }")
    assert isinstance(found, Try)
    assert [len(each.statements) for each in found.handlers] == [1, 1]
    assert len(found.last.statements) == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("return", "return"),
        ("throw new X('a')", "throw"),
        ("return sh 'a'", "return"),
        ("assert a", "assert"),
    ],
)
def test_a_jump_is_told(text: str, word: str) -> None:
    found = one(text)
    assert isinstance(found, Jump)
    assert found.word == word


@pytest.mark.parametrize("text", ["@Library('a@v1') _", "@Library(['a@v1', 'b']) import c.D"])
def test_a_library_is_named(text: str) -> None:
    found = parse(text)[0]
    assert isinstance(found, Library)
    assert found.name == "a@v1"


@pytest.mark.parametrize(
    "text",
    ["import a.b.C", "package a", "class A { def b() { c() } }", ("@NonCPS\nenum A { B }"), "interface A"],
)
def test_what_says_nothing_of_a_pipeline_is_passed_over(text: str) -> None:
    assert parse(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "a ? b : c",
        "a ?: b",
        "[1, 2]",
        "[a: 1, 'b': 2, (c): 3]",
        "[:]",
        "a[0]",
        "a.b?.c*.d",
        "this.&f",
        "-a",
        "a++",
        "(a as String)",
        "x in [1]",
        "a..b",
        "new A(b)",
        "(1 + 2) * 3",
        "a <=> b",
        "'a' + b + 'c'",
        "'a'.b()",
        "1.5.c()",
        "{ -> a }.call()",
        "a \\\n + b",
    ],
)
def test_expressions_of_all_kinds_are_one_value(text: str) -> None:
    assert len(parse(text)) == 1


def test_texts_put_together_are_one() -> None:
    assert said("'a ' + b + ' c'") == f"a {HOLE}b{CLOSED} c"


def test_a_map_has_names() -> None:
    found = one("[a: 1, 'b': 2]")
    assert isinstance(found, Several)
    assert [item.name for item in found.items] == ["a", "b"]


def test_what_is_not_known_of_the_language_does_not_hide_the_rest() -> None:
    found = parse("# ~ ?\n;x()")
    assert any(isinstance(each, Call) and each.name == "x" for each in found)


@pytest.mark.parametrize("text", ["f(a", "f(a]", "[a", "if (a", "{ a", "f { ]", ")", "f(a }"])
def test_brackets_that_do_not_close_cannot_be_read(text: str) -> None:
    with pytest.raises(Unparsable) as trouble:
        parse(text)
    assert not trouble.value.opens


@pytest.mark.parametrize(
    "text",
    [
        "if (a) " * 100 + "x()",
        "!" * 100 + "a",
        "if (a) x()\nelse " * 300 + "y()",
        "a" + ".b()" * 300,
    ],
)
def test_what_is_too_deep_is_left_open(text: str) -> None:
    with pytest.raises(Unparsable) as trouble:
        parse(text)
    assert trouble.value.opens


@pytest.mark.parametrize("text", ["${" * 9_000, '"${' * 9_000, "/(" * 9_000, "A b(" * 9_000])
def test_hostile_files_that_do_not_close_end_in_time(text: str) -> None:
    with pytest.raises(Unparsable):
        parse(text)


def test_names_and_numbers_are_told_apart() -> None:
    found = [token.text for token in tokens("a1 0x1F 1.5 1..2 2.c")]
    assert found[:-1] == ["a1", "0x1F", "1.5", "1", "..", "2", "2", ".", "c"]


def test_a_path_of_names_is_one_name() -> None:
    assert one("env.BRANCH_NAME") == Name(1, "env.BRANCH_NAME")

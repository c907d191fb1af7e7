"""INI files and properties into nodes."""

from __future__ import annotations

import configparser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.spans import Unparsable
from readiness.structured.ini import parse, parse_properties
from readiness.structured.nodes import Scalar, Table


def shape(table: Table) -> list[tuple[str, object]]:
    return [
        (key.text, shape(value) if isinstance(value, Table) else value.text)
        for key, value in table
        if isinstance(value, Table | Scalar)
    ]


def test_sections_are_tables() -> None:
    assert shape(parse(b"[a]\nx = 1\ny: 2\n[b c]\nurl = http://h:1/?a=b\n")) == [
        ("a", [("x", "1"), ("y", "2")]),
        ("b c", [("url", "http://h:1/?a=b")]),
    ]


def test_keys_before_the_first_section_are_in_one_without_name() -> None:
    assert shape(parse(b"root = true\n\n[*.{py,pyi}]\nindent = 4\n")) == [
        ("", [("root", "true")]),
        ("*.{py,pyi}", [("indent", "4")]),
    ]


def test_comments_are_passed_over_and_kept_within_values() -> None:
    assert shape(parse(b"# a\n; b\n[s] ; c\nx = 1 ; 2 # 3\n")) == [("s", [("x", "1 ; 2 # 3")])]


def test_a_deeper_line_continues_the_value() -> None:
    table = parse(b"[s]\ndeps =\n    a\n    # why\n    b\n\nnext = 1\n").table("s")
    assert table is not None
    assert table.text("deps") == "\na\n\nb"
    assert [key.line for key, _ in table] == [2, 7]


def test_keys_that_are_all_indented_are_keys() -> None:
    assert shape(parse(b'[submodule "x"]\n\tpath = y\n\turl = z\n')) == [
        ('submodule "x"', [("path", "y"), ("url", "z")])
    ]


def test_duplicates_are_kept_and_the_last_holds() -> None:
    table = parse(b"[s]\nx = 1\nx = 2\n[s]\nx = 3\n")
    assert shape(table) == [("s", [("x", "1"), ("x", "2")]), ("s", [("x", "3")])]
    section = table.table("s")
    assert section is not None
    assert section.text("x") == "3"


def test_a_key_without_a_value_is_null_and_an_empty_value_is_a_text() -> None:
    table = parse(b"[s]\nflag\nempty =\n").table("s")
    assert table is not None
    assert [(value.text, value.null) for _, value in table if isinstance(value, Scalar)] == [
        ("", True),
        ("", False),
    ]


def test_windows_and_old_mac_line_ends_are_line_ends() -> None:
    assert shape(parse(b"[s]\r\nx = 1\ry = 2\r\n")) == [("s", [("x", "1"), ("y", "2")])]


def test_an_open_bracket_alone_is_a_key() -> None:
    assert shape(parse(b"[s\nx=1\n")) == [("", [("[s", ""), ("x", "1")])]


def test_a_section_without_keys_is_there() -> None:
    assert shape(parse(b"[s]\n  \n[t]")) == [("s", []), ("t", [])]


@pytest.mark.parametrize("read", [parse, parse_properties])
def test_a_binary_file_and_too_many_lines_are_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(Unparsable) as binary:
        read(b"a=\x00")
    with pytest.raises(Unparsable) as long:
        read(b"a\n" * 200_001)
    assert (binary.value.opens, long.value.opens) == (False, True)


def test_properties_are_one_flat_table() -> None:
    text = "# a\n! b\nserver.port=8080\nname : x y\nword value = 1\nempty=\nonly\n"
    assert shape(parse_properties(text.encode())) == [
        ("server.port", "8080"),
        ("name", "x y"),
        ("word", "value = 1"),
        ("empty", ""),
        ("only", ""),
    ]


def test_a_backslash_continues_a_property() -> None:
    table = parse_properties(b"a = x,\\\n    y,\\\n# z\nb = c:\\\\\nd = 1\ne = \\")
    assert shape(table) == [("a", "x,y,# z"), ("b", "c:\\\\"), ("d", "1"), ("e", "")]
    assert [key.line for key, _ in table] == [1, 4, 5, 6]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80) | st.text("[]=: \n\tab#;\\\r", max_size=60).map(str.encode))
def test_any_bytes_end_in_a_table_or_a_refusal(data: bytes) -> None:
    for read in (parse, parse_properties):
        try:
            shape(read(data))
        except Unparsable:
            assert b"\x00" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff")


@settings(max_examples=200, deadline=None)
@given(st.text("[]=: \nab1", max_size=60))
def test_what_configparser_reads_is_read_alike(text: str) -> None:
    library = configparser.RawConfigParser(allow_no_value=True, strict=False, default_section="\0")
    library.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        library.read_string(text)
    except (configparser.Error, AttributeError):  # the latter for a continued key without a value
        return
    ours: dict[str, dict[str, str]] = {}
    for key, value in parse(text.encode()):
        assert isinstance(value, Table)
        section = ours.setdefault(key.text, {})
        section.update((name.text, each.text) for name, each in value if isinstance(each, Scalar))
    theirs = {name: {key: value or "" for key, value in library[name].items()} for name in library.sections()}
    assert ours == theirs

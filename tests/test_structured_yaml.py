"""YAML into nodes: what is kept, which lines are told, and what hostile files end in."""

from __future__ import annotations

import pickle

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table
from readiness.structured.yaml import parse


def shape(node: Node) -> object:
    """A node as pairs, lists and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [shape(item) for item in node]
    return [(key.text, shape(value)) for key, value in node]


def root(text: str | bytes) -> Table:
    (only,) = parse(text.encode() if isinstance(text, str) else text)
    assert isinstance(only, Table)
    return only


def scalar(node: Node | None) -> Scalar:
    assert isinstance(node, Scalar)
    return node


def refusal(data: str | bytes) -> Unparsable:
    with pytest.raises(Unparsable) as caught:
        parse(data.encode() if isinstance(data, str) else data)
    return caught.value


def test_words_stay_as_they_are_written() -> None:
    assert shape(root("on: yes\nversion: 1.10\nmode: 0644")) == [
        ("on", "yes"),
        ("version", "1.10"),
        ("mode", "0644"),
    ]


def test_only_true_and_false_are_booleans() -> None:
    table = root("a: true\nb: False\nc: yes\nd: 'true'\ne: !env true")
    assert [scalar(value).truth for _, value in table] == [True, False, None, None, None]


def test_nothing_and_tilde_and_null_are_null_but_an_empty_text_is_not() -> None:
    table = root('a:\nb: ~\nc: null\nd: ""')
    assert [scalar(value).null for _, value in table] == [True, True, True, False]


def test_every_document_gives_a_root() -> None:
    assert [shape(each) for each in parse(b"a: 1\n---\n- b\n...\n---\nc\n")] == [[("a", "1")], ["b"], "c"]


def test_a_file_of_comments_has_no_documents() -> None:
    assert parse(b"# nothing\n") == ()
    assert parse(b"") == ()


def test_keys_and_values_know_their_lines() -> None:
    table = root("a:\n  b: 1\n\n  c:\n    - x\n    -\n      y\n")
    inner = table.table("a")
    assert inner is not None
    assert inner.line == 2
    key = inner.key("c")
    assert key is not None
    assert key.line == 4
    assert [item.line for item in inner.items("c")] == [5, 7]


def test_a_block_text_tells_the_line_of_its_first_content() -> None:
    table = root("run: |\n\n  make\n  test\nfold: >-\n  x\nplain: y\n")
    assert (
        scalar(table.get("run")).line,
        scalar(table.get("run")).body,
        scalar(table.get("run")).text,
    ) == (1, 2, "\nmake\ntest\n")
    assert scalar(table.get("fold")).body == 6
    assert scalar(table.get("plain")).body == 7


def test_a_block_text_may_start_lines_below_its_tag() -> None:
    value = scalar(root("a: &x !vault # a | here\n  |\n    secret\n").get("a"))
    assert (value.line, value.body, value.tag) == (1, 3, "!vault")
    assert scalar(root("a: !vault |\n    secret\n").get("a")).body == 2


def test_an_anchored_block_text_has_its_line_too() -> None:
    assert scalar(root("a: &script |\n  make\n").get("a")).body == 2


def test_tags_are_kept_save_yamls_own() -> None:
    table = root("a: !reference [x, y]\nb: !!str 1\nc: ! 2\nd: !Map {}")
    assert [value.tag for _, value in table] == ["!reference", "", "", "!Map"]


def test_yamls_own_tags_decide_what_is_plain() -> None:
    table = root("a: !!str true\nb: ! true\nc: !!bool 'true'\nd: !!binary aGk=")
    assert [scalar(value).truth for _, value in table] == [None, None, True, None]


def test_an_alias_is_the_node_that_it_names() -> None:
    table = root("a: &x {k: 1}\nb: *x\n")
    assert table.get("a") is table.get("b")


def test_a_name_given_anew_holds_from_there_on() -> None:
    assert shape(root("a: &x 1\nb: &x 2\nc: *x\n")) == [("a", "1"), ("b", "2"), ("c", "2")]
    assert [shape(root("a: &x [&x 1]\nb: *x\n"))] == [[("a", ["1"]), ("b", "1")]]


def test_an_alias_without_anchor_is_a_mistake() -> None:
    assert refusal("a: 1\nb: *x\n").reason == "not readable as YAML: found undefined alias 'x'"
    assert refusal("a: 1\nb: *x\n").line == 2


def test_an_anchor_ends_with_its_document() -> None:
    assert refusal("a: &x 1\n---\nb: *x\n").line == 3


def test_an_alias_within_what_it_names_is_a_mistake() -> None:
    caught = refusal("a: &x\n  b: *x\n")
    assert (caught.line, caught.opens) == (2, False)


def test_merged_keys_come_last() -> None:
    table = root("base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nit:\n  <<: [*b, *m]\n  x: 0\n")
    merged = table.table("it")
    assert merged is not None
    assert [merged.text(key) for key in ("x", "y", "z", "none")] == ["0", "2", "4", ""]


def test_a_merged_mapping_may_merge_another() -> None:
    table = root("a: &a {x: 1}\nb: &b {<<: *a}\nc: {<<: *b}\n").table("c")
    assert table is not None
    assert table.text("x") == "1"


def test_a_quoted_merge_key_merges_nothing() -> None:
    table = root('a: &a {x: 1}\nb: {"<<": *a}\n').table("b")
    assert table is not None
    assert table.get("x") is None


def test_of_duplicate_keys_the_last_holds_and_all_are_kept() -> None:
    table = root("a: 1\na: 2\n")
    assert (table.text("a"), len(table.pairs)) == ("2", 2)


def test_a_key_that_is_no_scalar_has_an_empty_text() -> None:
    assert shape(root("? [x, y]\n: 1\nb: 2\n")) == [("", "1"), ("b", "2")]


def test_windows_line_ends_do_not_shift_lines() -> None:
    table = root("a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 3\r\n")
    assert [key.line for key, _ in table] == [1, 2, 5]
    assert table.text("b") == "x\ny\n"


def test_characters_that_only_yaml_1_1_breaks_lines_at_do_not_shift_lines() -> None:
    assert [key.line for key, _ in root("a: 'x\u2028y'\nb: 1\n")] == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_understood(encoding: str) -> None:
    assert shape(root("é: 1\n".encode(encoding))) == [("é", "1")]


def test_latin_1_is_read_as_such() -> None:
    assert shape(root(b"name: caf\xe9 \x85\n")) == [("name", "caf\u00e9 \u2026")]


def test_a_file_with_nul_bytes_is_no_text() -> None:
    caught = refusal(b"a: 1\nb: \x00\n")
    assert (caught.line, caught.reason, caught.opens) == (2, "not a text: it holds NUL bytes", False)


def test_half_a_character_of_utf_16_is_refused() -> None:
    assert "UTF-16-LE" in refusal(b"\xff\xfea").reason


def test_a_mistake_has_its_line_and_one_sentence() -> None:
    caught = refusal("é: 1\n\nb: c: d\n")
    assert caught.line == 3
    assert caught.reason == "not readable as YAML: mapping values are not allowed in this context"
    assert not caught.opens


def test_a_script_that_leaves_its_block_is_a_mistake_on_its_line() -> None:
    text = "jobs:\n  test:\n    run: |\n      python - <<'E'\n\ndef test():\n    pass\nE\n"
    assert refusal(text).line == 8


def test_a_tab_as_indentation_is_a_mistake() -> None:
    assert refusal("a:\n\tb: 1\n").line == 2


def test_a_control_character_is_a_mistake_on_its_line() -> None:
    assert (
        refusal("é: 1\nb: \x07\n").line,
        refusal("é: 1\nb: \x07\n").reason,
    ) == (2, "not readable as YAML: control characters are not allowed")


def test_without_libyaml_the_same_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(pyyaml, "CSafeLoader")
    assert shape(root("é: &x [1]\nb: *x\nd: !t |\n  x\n")) == [("é", ["1"]), ("b", ["1"]), ("d", "x\n")]
    assert refusal("é: 1\nb: \x07\n").line == 2
    assert refusal("a: 1\nb: c: d\n").line == 2
    assert (
        refusal('a: "\\UFFFFFFFF"').reason
        == "not readable as YAML: found invalid Unicode character escape code"
    )
    assert shape(root('a: "\\ud800"')) == [("a", "?")]


def test_an_alias_bomb_ends_in_an_open_question() -> None:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [f"{b}: &{b} [{','.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    caught = refusal("\n".join(lines))
    assert (
        caught.opens,
        caught.reason,
    ) == (True, "more than 1,000,000 values once its aliases are written out")


def test_the_documents_of_a_file_share_the_limit_on_aliases() -> None:
    document = "- &a [" + "x," * 999 + "x]\n- [" + "*a," * 400 + "]\n---\n"
    assert refusal(document * 3).opens


def test_a_merge_bomb_is_looked_up_in_linear_time() -> None:
    bottom = Table(1, ((Scalar(1, "x"), Scalar(1, "1")),))
    node = bottom
    for _ in range(60):
        node = Table(1, ((Scalar(1, "<<"), Items(1, (node, node, node))),))
    assert node.get("nowhere") is None
    assert node.text("x") == "1"


def test_a_chain_of_aliases_is_as_deep_as_it_is_written_out() -> None:
    lines = ["- &a0 [x]"] + [f"- &a{n + 1} [*a{n}]" for n in range(300)]
    caught = refusal("\n".join(lines))
    assert (caught.line, caught.opens) == (199, True)


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? ", "[{a: "])
@pytest.mark.parametrize("count", [250, 10_000])
def test_deep_nesting_is_an_open_question(piece: str, count: int) -> None:
    caught = refusal(piece * count)
    assert (caught.reason, caught.opens) == ("nested more than 200 deep", True)


def test_two_hundred_levels_are_read_and_can_be_stored() -> None:
    nodes = parse(b"[" * 200 + b"]" * 200)
    assert shape(nodes[0]) == shape(pickle.loads(pickle.dumps(nodes))[0])


def test_a_stored_mapping_still_finds_its_keys() -> None:
    table = root("a: 1\n")
    assert table.text("a") == "1"
    assert pickle.loads(pickle.dumps(table)).text("a") == "1"


def test_too_many_events_are_an_open_question() -> None:
    caught = refusal("- a\n" * 200_000)
    assert (caught.opens, caught.reason) == (True, "more than 200,000 YAML events")


def test_more_than_a_mebibyte_is_an_open_question() -> None:
    caught = refusal(b"#" * ((1 << 20) + 1))
    assert (caught.opens, caught.reason) == (True, "larger than 1,048,576 bytes")


def test_the_accessors_of_a_mapping_are_lenient() -> None:
    table = root("list: [a, b]\none: a\nnone:\nmap: {x: 1}\n")
    assert [len(table.items(key)) for key in ("list", "one", "none", "missing", "map")] == [2, 1, 0, 0, 1]
    assert table.text("none", "default") == "default"
    assert table.table("one") is None
    assert table.key("missing") is None
    assert scalar(table.get("missing", "one")).text == "a"


_PIECES = st.sampled_from(
    (
        "a",
        ":",
        " ",
        "\n",
        "- ",
        "&x ",
        "*x",
        "|\n",
        ">",
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ",",
        "!t ",
        "<<",
        "#",
        "\t",
        "? ",
        "---\n",
        "...\n",
        "\\",
        "%",
        "\r",
        "é",
        "\x85",
        "\x00",
        "~",
        "true",
    )
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.lists(_PIECES, max_size=60).map(lambda parts: "".join(parts).encode())
    )
)
def test_any_bytes_end_in_nodes_or_a_refusal(data: bytes) -> None:
    try:
        documents = parse(data)
    except Unparsable as error:
        refused = error
    else:
        assert all(shape(document) is not None for document in documents)
        return
    assert 1 <= refused.line <= data.count(b"\n") + data.count(b"\r") + 1
    assert "\n" not in refused.reason

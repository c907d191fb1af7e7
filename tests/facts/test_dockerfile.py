"""The Dockerfile as it is written: stages, instructions, variables."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.facts.containers.bases import pinning, reference, starts_as_root
from readiness.facts.containers.dockerfile import Dockerfile, Instruction, assignments, parse
from readiness.facts.containers.variables import UNKNOWN, expand, raw_words
from readiness.spans import Unparsable


def read(text: str) -> Dockerfile:
    return parse(text.encode())


def words(text: str) -> tuple[str, ...]:
    return read(f"FROM a\n{text}").instructions[-1].words


def fails(text: str | bytes) -> Unparsable:
    with pytest.raises(Unparsable) as caught:
        parse(text.encode() if isinstance(text, str) else text)
    return caught.value


def test_a_continued_instruction_is_one_and_keeps_its_first_line() -> None:
    file = read("FROM a\nRUN one \\\n  # a comment between\n\n  && two\nUSER app\n")
    assert [(each.line, each.arguments) for each in file.instructions[1:]] == [
        (2, "one && two"),
        (6, "app"),
    ]


def test_a_comment_is_no_instruction_and_a_hash_within_one_is_kept() -> None:
    assert read("# hello\nFROM a\n  # more\nRUN echo '#x'\n").instructions[1].arguments == "echo '#x'"


def test_the_escape_directive_changes_the_sign_that_continues_a_line() -> None:
    file = read("# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN dir C:\\ `\n  more\n")
    assert file.instructions[1].arguments == "dir C:\\ more"


def test_a_directive_after_a_comment_is_a_comment() -> None:
    assert read("# hello\n# escape=`\nFROM a\nRUN x \\\n y\n").instructions[1].arguments == "x y"


def test_two_escapes_at_the_end_of_a_line_do_not_continue_it() -> None:
    assert len(read("FROM a\nRUN x \\\\\nUSER b\n").instructions) == 3


def test_a_continuation_ends_with_the_file() -> None:
    assert read("FROM a\nRUN x \\").instructions[1].arguments == "x"


def test_keywords_are_read_in_any_case_and_after_a_tab() -> None:
    assert [each.keyword for each in read("from a\nrun\tx\n").instructions] == ["FROM", "RUN"]


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    assert parse(b"\xef\xbb\xbfFROM a AS b\r\nRUN x \\\r\n y\r\n").instructions[1].arguments == "x y"


def test_the_body_of_a_heredoc_is_not_read_as_instructions() -> None:
    file = read("FROM a\nRUN <<EOF\nFROM nothing\nmake\nEOF\nUSER app\n")
    assert [each.keyword for each in file.instructions] == ["FROM", "RUN", "USER"]
    assert file.instructions[1].heredocs == ("FROM nothing\nmake",)


def test_heredocs_may_be_several_quoted_and_indented_by_tabs() -> None:
    file = read("FROM a\nCOPY <<-'A' <<B /to/\nx\n\tA\ny\nB\n")
    assert file.instructions[1].heredocs == ("x", "y")


def test_a_heredoc_that_does_not_end_cannot_be_built() -> None:
    assert fails("FROM a\nRUN <<EOF\nx\n").line == 2


def test_what_only_looks_like_a_heredoc_is_none() -> None:
    assert read('FROM a\nRUN echo "<<EOF" <<<word $((1<<2))\nUSER b\n').instructions[1].heredocs == ()


def test_json_is_exec_form_and_other_text_is_shell_form() -> None:
    file = read('FROM a\nCMD ["app", "--x"]\nCMD app --x\nCMD ["app", 1]\nCMD [app]\n')
    assert [each.exec_form for each in file.instructions[1:]] == [True, False, False, False]


def test_a_health_check_in_exec_form_is_seen_behind_its_flags() -> None:
    check = read('FROM a\nHEALTHCHECK --interval=5s CMD ["curl", "x"]\n').instructions[1]
    assert (check.flags, check.words, check.exec_form) == ((("interval", "5s"),), ("curl", "x"), True)


def test_flags_stand_apart_from_the_arguments() -> None:
    copy = read("FROM a\nCOPY --link --from=build x y\n").instructions[1]
    assert (copy.flags, copy.words) == ((("link", ""), ("from", "build")), ("x", "y"))


def test_an_arg_before_from_fills_the_base_in() -> None:
    assert read("ARG V=3.12\nARG IMAGE=python:$V\nFROM ${IMAGE}-slim\n").final.base == "python:3.12-slim"


def test_an_arg_without_default_leaves_the_base_unknown() -> None:
    assert UNKNOWN in read("ARG V\nFROM python:$V\n").final.base


def test_the_default_in_braces_holds_where_nothing_is_given() -> None:
    assert read("ARG V\nFROM python:${V:-3.11}\n").final.base == "python:3.11"


def test_an_arg_of_the_file_reaches_a_stage_only_by_name() -> None:
    file = read("ARG U=app\nFROM a\nUSER $U\nARG U\nUSER $U\n")
    assert [each.words for each in file.yielded("USER")] == [(UNKNOWN,), ("app",)]


def test_env_is_inherited_by_the_stages_that_build_on_it_and_arg_is_not() -> None:
    file = read("FROM a AS b\nENV U=app\nARG V=x\nFROM b\nUSER $U:$V\n")
    assert file.yielded("USER")[0].words == (f"app:{UNKNOWN}",)


def test_an_env_wins_over_an_arg_of_the_same_name() -> None:
    assert read("FROM a\nENV U=app\nARG U=root\nUSER $U\n").instructions[-1].words == ("app",)


def test_a_stage_that_builds_on_a_stage_is_chained_to_it() -> None:
    file = read("FROM a AS One\nUSER x\nFROM b AS two\nUSER y\nFROM one\nRUN z\n")
    assert [stage.index for stage in file.chain] == [2, 0]
    assert [each.words for each in file.yielded("USER")] == [("x",)]


def test_env_is_read_in_both_forms() -> None:
    file = read("FROM a\nENV A=1 B='two words' C=$D\nENV E some text\nENV F $G\nARG H\n")
    found = [assignments(each) for each in file.instructions[1:]]
    assert found == [
        (("A", "1"), ("B", "two words"), ("C", None)),
        (("E", "some text"),),
        (("F", None),),
        (("H", None),),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no FROM"),
        ("# only a comment\n", "no FROM"),
        ("ARG X=1\n", "no FROM"),
        ("RUN x\nFROM a\n", "before the first FROM"),
        ("FROM\n", "FROM takes"),
        ("FROM a b\n", "FROM takes"),
        ("FROM a FOR b\n", "FROM takes"),
        ("FROM a\nRUNN x\n", "no instruction is named"),
        ("hello world", "no instruction is named"),
        ("FROM a\n\0", "not a text"),
    ],
)
def test_what_docker_cannot_build_is_not_read(text: str, reason: str) -> None:
    error = fails(text)
    assert reason in error.reason
    assert not error.opens


def test_a_template_is_readable_to_others() -> None:
    assert fails("{{ header }}\nFROM a\n").opens


def test_the_syntax_of_another_frontend_is_readable_to_others() -> None:
    assert fails("# syntax=example.com/frontend:1\nFROM a\nSPECIAL x\n").opens
    assert fails("# syntax=example.com/frontend:1\n").opens
    assert not fails("# syntax=docker/dockerfile:1\nFROM a\nSPECIAL x\n").opens


def test_too_many_stages_are_readable_to_others() -> None:
    assert fails("FROM a\n" * 257).opens


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_file_or_a_reason(content: bytes) -> None:
    with suppress(Unparsable):
        assert parse(b"FROM a\n" + content).stages[0].name == ""


@pytest.mark.parametrize(
    "line",
    [
        "ENV A=" + "${A:-" * 60_000,
        "ENV A=" + "$A" * 150_000,
        "RUN " + "<<A " * 80_000,
        "CMD " + "[" * 300_000,
        "COPY " + "a " * 150_000,
        "ENV A=xxxxxxxx\n" + "ENV A=$A$A\n" * 30_000,
        "RUN a \\\n" * 40_000,
    ],
)
def test_hostile_content_is_read_or_refused(line: str) -> None:
    bases = []
    with suppress(Unparsable):
        bases = [stage.base for stage in parse(b"FROM a\n" + line.encode()).stages]
    assert bases in ([], ["a"])


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("$A", "1"),
        ("${A}b", "1b"),
        ("'$A'", "$A"),
        ('"$A"', "1"),
        ("\\$A", "$A"),
        ("${A:+yes}", "yes"),
        ("${EMPTY:+yes}", ""),
        ("${EMPTY+yes}", "yes"),
        ("${EMPTY:-no}", "no"),
        ("${EMPTY-no}", ""),
        ("${GIVEN:+yes}", ""),
        ("${NONE:-${A}}", "1"),
        ("${A:-x}", "1"),
        ("$", "$"),
        ("$1", "$1"),
        ("a$", "a$"),
        ("${NONE}", UNKNOWN),
        ("${A", UNKNOWN),
        ("${A#x}", UNKNOWN),
        ("${:-x}", UNKNOWN),
        ("$LONG", UNKNOWN),
        ("trailing\\", "trailing\\"),
    ],
)
def test_variables_are_replaced_as_docker_does(word: str, expected: str) -> None:
    values = {"A": "1", "EMPTY": "", "GIVEN": None, "LONG": "x" * 5000}
    assert expand(word, values) == expected


def test_defaults_within_defaults_are_followed_to_a_depth() -> None:
    assert expand("${X:-" * 20 + "}" * 20, {}) == UNKNOWN


def test_words_are_cut_at_blanks_outside_quotes() -> None:
    assert raw_words('a \'b c\' "d \\" e" f\\ g') == ["a", "'b c'", '"d \\" e"', "f\\ g"]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("python:3.12-slim", "version"),
        ("python:3", "floating"),
        ("python:latest", "floating"),
        ("python", "none"),
        ("python@sha256:abc", "digest"),
        ("python:3.12@sha256:abc", "digest"),
        ("localhost:5000/app", "none"),
        ("localhost:5000/app:1.2", "version"),
        ("node:20-alpine3.19", "floating"),
        ("node:20.11-alpine", "version"),
        ("node:lts", "floating"),
        ("node:alpine3.19", "floating"),
        ("alpine:3.19", "version"),
        ("ubuntu:jammy", "floating"),
        ("ubuntu:jammy-20240111", "version"),
        ("debian:bookworm-slim", "floating"),
        ("openjdk:8u402-jdk", "version"),
        ("golang:go1.22", "version"),
        ("minio/minio:RELEASE.2024-01-01T00-00-00Z", "version"),
        ("app:sha-abc1234", "version"),
        ("app:2024061701", "version"),
        ("app:v1.2.3", "version"),
        ("scratch", "stage"),
        (f"python:{UNKNOWN}", None),
        (f"{UNKNOWN}", None),
        (f"{UNKNOWN}/python:3.12", "version"),
        (f"python@{UNKNOWN}", None),
        (f"python:{UNKNOWN}@sha256:abc", "digest"),
    ],
)
def test_a_base_is_held_by_digest_version_or_not(base: str, expected: str | None) -> None:
    assert pinning(reference(base)) == expected


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("python:3.12", True),
        ("docker.io/library/python:3.12", True),
        ("public.ecr.aws/docker/library/node:20", True),
        ("postgres:16", None),
        ("gcr.io/distroless/static:nonroot", False),
        ("gcr.io/distroless/python3-debian12:debug-nonroot", False),
        ("gcr.io/distroless/static", True),
        ("gcr.io/distroless/static@sha256:abc", None),
        (f"gcr.io/distroless/static:{UNKNOWN}", None),
        ("cgr.dev/chainguard/python:latest", False),
        ("cgr.dev/chainguard/wolfi-base:latest", True),
        ("bitnami/redis:7.2", False),
        ("bitnami/minideb:bookworm", True),
        ("nginxinc/nginx-unprivileged:1.27", False),
        ("mcr.microsoft.com/dotnet/aspnet:8.0", True),
        ("mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled", False),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", True),
        ("registry.access.redhat.com/ubi9/python-311:1", False),
        ("ghcr.io/acme/base:1.2", None),
        (UNKNOWN, None),
    ],
)
def test_only_a_known_base_says_who_its_process_starts_as(base: str, expected: bool | None) -> None:
    assert starts_as_root(reference(base)) == expected


def test_an_instruction_without_arguments_has_no_words() -> None:
    assert words("USER") == ()
    assert assignments(Instruction("ENV", "", 1, 0)) == ()

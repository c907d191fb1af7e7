"""Links to lines of the subject: to the forge that its remote names, at the commit, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from documents import assessment

from readiness.records import replace
from readiness.render import links

if TYPE_CHECKING:
    from readiness.assessment import Subject

COMMIT = "0123456789abcdef0123456789abcdef01234567"


AZURE_LINE = "&line=3&lineEnd=4&lineStartColumn=1&lineEndColumn=1&lineStyle=plain"


def subject(**changes: Any) -> Subject:
    given: dict[str, Any] = {"remote": "https://github.com/acme/shop.git", "commit": COMMIT, "dirty": False}
    return replace(assessment().subject, **(given | changes))


@pytest.mark.parametrize(
    ("remote", "link"),
    [
        ("https://github.com/acme/shop.git", f"https://github.com/acme/shop/blob/{COMMIT}/a%20b/c.py#L3"),
        ("github.com:acme/shop.git", f"https://github.com/acme/shop/blob/{COMMIT}/a%20b/c.py#L3"),
        ("ssh://github.com/acme/shop", f"https://github.com/acme/shop/blob/{COMMIT}/a%20b/c.py#L3"),
        (
            "https://gitlab.com/acme/group/shop/",
            f"https://gitlab.com/acme/group/shop/-/blob/{COMMIT}/a%20b/c.py#L3",
        ),
        (
            "https://gitlab.example.org/acme/shop.git",
            f"https://gitlab.example.org/acme/shop/-/blob/{COMMIT}/a%20b/c.py#L3",
        ),
        (
            "https://bitbucket.org/acme/shop.git",
            f"https://bitbucket.org/acme/shop/src/{COMMIT}/a%20b/c.py#lines-3",
        ),
        (
            "https://codeberg.org/acme/shop",
            f"https://codeberg.org/acme/shop/src/commit/{COMMIT}/a%20b/c.py#L3",
        ),
        (
            "https://forgejo.example.org/acme/shop",
            f"https://forgejo.example.org/acme/shop/src/commit/{COMMIT}/a%20b/c.py#L3",
        ),
        (
            "https://dev.azure.com/acme/web/_git/shop",
            f"https://dev.azure.com/acme/web/_git/shop?version=GC{COMMIT}&path=/a%20b/c.py{AZURE_LINE}",
        ),
    ],
)
def test_a_line_is_linked_as_its_forge_does_it(remote: str, link: str) -> None:
    assert links.to_line(links.base(subject(remote=remote)), "a b/c.py", 3) == link


@pytest.mark.parametrize(
    ("remote", "end"),
    [
        ("https://github.com/acme/shop", "/README.md?plain=1#L3"),
        ("https://gitlab.com/acme/shop", "/README.md?plain=1#L3"),
        ("https://codeberg.org/acme/shop", "/README.md?display=source#L3"),
        ("https://bitbucket.org/acme/shop", "/README.md#lines-3"),
    ],
)
def test_a_document_is_linked_as_source_for_else_it_has_no_lines(remote: str, end: str) -> None:
    assert links.to_line(links.base(subject(remote=remote)), "README.md", 3).endswith(end)


@pytest.mark.parametrize(
    "changes",
    [
        {"remote": ""},
        {"remote": "https://example.org/acme/shop"},
        {"remote": "https://example.gitlab.com.evil.org/acme/shop"},
        {"remote": "https://github.com.evil.org/acme/shop"},
        {"remote": "https://gitlab/acme/shop"},
        {"remote": "https://gitlab.:80/acme/shop"},
        {"remote": "https://GitLab.x\u202e.org/acme/shop"},
        {"remote": "git@github.com:acme/shop.git"},
        {"remote": "gitlab.example.org:acme/shop.git"},
        {"remote": "ssh://gitlab.example.org/acme/shop"},
        {"remote": "ssh://github.com:443/acme/shop"},
        {"remote": "http://github.com/acme/shop"},
        {"remote": "git://github.com/acme/shop"},
        {"remote": "https://github.com/acme"},
        {"remote": "https://github.com/acme/shop/tree"},
        {"remote": "https://github.com/acme/../x"},
        {"remote": "https://github.com/acme/shop?x=y"},
        {"remote": "https://dev.azure.com/acme/shop"},
        {"remote": "https://dev.azure.com/acme/web/git/shop"},
        {"remote": "dev.azure.com:v3/acme/web/shop"},
        {"remote": "javascript:alert(1)//x/y"},
        {"commit": ""},
        {"commit": "HEAD"},
        {"dirty": True},
        {"dirty": None},
    ],
)
def test_there_is_no_link_where_it_may_be_wrong(changes: dict[str, Any]) -> None:
    assert links.base(subject(**changes)) == ""


@pytest.mark.parametrize(
    ("remote", "start"),
    [
        ("https://gitlab.com/acme/shop/", f"https://gitlab.com/acme/shop/-/blob/{COMMIT}/services/a%20b/"),
        (
            "https://dev.azure.com/acme/web/_git/shop",
            f"https://dev.azure.com/acme/web/_git/shop?version=GC{COMMIT}&path=/services/a%20b/",
        ),
    ],
)
def test_a_folder_of_a_repository_is_part_of_the_link(remote: str, start: str) -> None:
    assert links.base(subject(name="shop/services/a b", remote=remote)) == start


def test_a_link_to_a_file_has_no_line_and_no_path_has_no_link() -> None:
    start = links.base(subject())
    assert links.to_line(start, "a.md", 0) == f"https://github.com/acme/shop/blob/{COMMIT}/a.md"
    assert links.to_line(start, "", 1) == ""
    assert links.to_line("", "a", 1) == ""


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        ("ü#?.txt", "%C3%BC%23%3F.txt"),
        ("a&b=c", "a%26b%3Dc"),
        ('"><script>', "%22%3E%3Cscript%3E"),
        ("a\udcff", "a%FF"),
        ("a\ud800", "a%3F"),
    ],
)
def test_a_path_is_encoded_byte_by_byte(path: str, encoded: str) -> None:
    assert links.encoded(path) == encoded

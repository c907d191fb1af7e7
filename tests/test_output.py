"""Results are written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from readiness.errors import OutputError, nearest
from readiness.output import write
from readiness.resources import shipped


def test_a_file_holds_exactly_the_text(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write(str(target), "ä\r\nb\n")
    assert "ä\r\nb\n".encode() == target.read_bytes()
    assert [target] == list(tmp_path.iterdir())


def test_a_dash_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    write("-", "text")
    assert capsys.readouterr().out == "text"


def test_a_reader_that_has_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr("sys.stdout", stream)
        write("-", "text")
        write("-", "more")
        monkeypatch.undo()


def test_a_file_has_the_rights_that_the_user_gives_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(str(tmp_path / "a"), "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(str(pipe), "text")
        assert os.read(reader, 100) == b"text"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_the_null_device_stays_one() -> None:
    before = Path(os.devnull).stat().st_mode
    write(os.devnull, "text")
    assert Path(os.devnull).stat().st_mode == before


def test_a_link_stays_and_what_it_names_is_written(tmp_path: Path) -> None:
    target, link = tmp_path / "real", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write(str(link), "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder; name a file in it"):
        write(str(tmp_path), "x")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"there is no folder '.*none'"):
        write(str(tmp_path / "none" / "a"), "x")


def test_what_stood_there_stays_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a"
    target.write_text("old")

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        write(str(target), "new")
    assert target.read_text() == "old"
    assert [target] == list(tmp_path.iterdir())


def test_a_folder_that_refuses_a_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> tuple[int, str]:
        raise OSError("the disk is full")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(OutputError, match="the disk is full"):
        write(str(tmp_path / "a"), "new")


def test_the_nearest_word_is_offered_only_where_it_is_near() -> None:
    assert nearest("scna", ["scan", "gate"]) == "; did you mean 'scan'?"
    assert nearest("zzz", ["scan", "gate"]) == ""


def test_the_rules_ship_with_the_package() -> None:
    assert (shipped("rules") / "scoring.yaml").is_file()
    with pytest.raises(FileNotFoundError, match="lacks its folder 'nothing'"):
        shipped("nothing")

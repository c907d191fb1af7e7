"""Writes results: to a temporary file first, then renamed, so that nothing is ever half written."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from readiness.errors import OutputError


def write(target: str, text: str) -> None:
    """Write ``text`` to the file ``target``, or to standard output for ``-``.

    Raises ``OutputError`` where the file cannot be written; what stood there before stays.
    """
    if target == "-":
        _print(text)
        return
    path = Path(target)
    if path.is_symlink():
        path = path.resolve()  # what the link stands for is written; the link stays
    if path.is_dir():
        raise OutputError(f"cannot write '{target}': it is a folder; name a file in it")
    if not path.parent.is_dir():
        raise OutputError(f"cannot write '{target}': there is no folder '{path.parent}'")
    temporary = ""
    try:
        if path.exists() and not path.is_file():  # a device or a pipe is written to, never replaced
            path.write_text(text, encoding="utf-8", newline="")
            return
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(f"cannot write '{target}': {error.strerror or error}") from None


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough; the exit code still tells the result
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current

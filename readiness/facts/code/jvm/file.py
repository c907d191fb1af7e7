"""The parsers of Java and Kotlin, which are loaded when they are first asked."""

from __future__ import annotations

from readiness.facts.code.jvm.shapes import JvmFile
from readiness.facts.model import Parser


def _parse(data: bytes, language: str) -> JvmFile:
    from readiness.facts.code.jvm.read import parse  # noqa: PLC0415 - loaded where there is such code only

    return parse(data, language)


JAVA: Parser[JvmFile] = Parser("java", 1, lambda data: _parse(data, "java"), JvmFile)
KOTLIN: Parser[JvmFile] = Parser("kotlin", 1, lambda data: _parse(data, "kotlin"), JvmFile)

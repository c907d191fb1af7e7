"""A first draft of a rule, which loads, passes its own cases, and says what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.errors import OutputError, ReadinessError, nearest
from readiness.rulebook.load import AREAS

if TYPE_CHECKING:
    from pathlib import Path

_DRAFT = """\
# What is true when all is well, as a sentence without a full stop.
title: TODO {words} is kept
severity: medium            # critical, high, medium, low; a critical rule below partial blocks
tier: B                     # C (internal), B (standard), A (critical)
why: TODO say in two sentences why it matters. Say what happens to those who do without.
applies: {{ some: repository, where: {{ deployable: true }} }}
otherwise: TODO say why it is not asked of others
# From weak to strong; `readiness facts NOUN PATH` shows the rows that a question sees.
evidence:
  partial:     {{ some: file, where: {{ path: 'docs/{name}.md' }} }}
  implemented: {{ where: {{ empty: false }} }}
strength: TODO what is there
gap: TODO what is missing
fix:
  effort: S
  steps:
    - TODO write an order that can be carried out.
limits: TODO say what files cannot show.
phase: operations           # foundation, security, operations, optimization
cases:
  - name: it is there and says something
    files: {{ Procfile: 'web: python app.py', docs/{name}.md: something }}
    level: implemented
  - name: it is there and empty
    files: {{ Procfile: 'web: python app.py', docs/{name}.md: '' }}
    level: partial
  - name: it is not there
    files: {{ Procfile: 'web: python app.py', docs/other.md: something }}
    level: absent
  - name: nothing is deployed
    files: {{ README.md: a text }}
    applies: false
"""


def draft(name: str, folder: Path) -> Path:
    """Write the draft of the rule ``name`` (``<area>/<name>``) into ``folder``; the file that it is in.

    Raises ``ReadinessError`` for a name that is none, and for a rule that is there already.
    """
    area, slash, stem = name.partition("/")
    if not slash or not stem or not all(part.isalnum() for part in stem.split("-")) or stem != stem.lower():
        raise ReadinessError(f"'{name}' is no name for a rule; write <area>/<name>, such as cicd/tests-run")
    if area not in AREAS:
        raise ReadinessError(
            f"there is no area '{area}'{nearest(area, AREAS) or '; one of: ' + ', '.join(AREAS)}"
        )
    file = folder / area / f"{stem}.yaml"
    if file.exists():
        raise ReadinessError(f"{file} is there already; `readiness rules show {name}` prints it")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_DRAFT.format(name=stem, words=stem.replace("-", " ")), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{file}: {error.strerror or error}") from None
    return file

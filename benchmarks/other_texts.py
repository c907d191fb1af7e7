"""The other texts of a made-up repository: documents, data, packages and deployment, from templates.

Every function takes the ``Words`` to choose by and gives one file's text, those with ``size`` one of about so
many characters.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from words import filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from words import Words

# Documents, style sheets, queries, scripts


def markdown(words: Words, size: int) -> str:
    """A document with headings, lists, links and code."""
    return filled(words, f"# {words.sentence()[:-1]}\n", (_paragraph, _paragraph, _list, _example), size)


def _paragraph(words: Words) -> str:
    return " ".join(words.sentence() for _ in range(words.chance.randint(2, 6))) + "\n"


def _list(words: Words) -> str:
    items = "".join(
        f"- [{words.thing()}]({words.thing()}.md): {words.sentence()}\n"
        for _ in range(words.chance.randint(2, 7))
    )
    return f"## {words.name().replace('_', ' ').capitalize()}\n\n{items}"


def _example(words: Words) -> str:
    return f"```sh\nmake {words.thing()} {words.name().upper()}={words.number()}\n```\n\n{words.sentence()}\n"


def stylesheet(words: Words, size: int) -> str:
    """Rules of a style sheet."""
    return filled(words, f"/* {words.sentence()} */", (_style,), size)


def _style(words: Words) -> str:
    return (
        f".{words.thing()}-{words.thing()} {{\n  margin: {words.chance.randint(0, 40)}px;\n"
        f"  color: #{words.digits(6)};\n  flex: 1 1 {words.chance.randint(1, 99)}%;\n}}\n"
    )


def sql(words: Words, size: int) -> str:
    """Tables of a migration."""
    return filled(words, f"-- {words.sentence()}", (_table,), size)


def _table(words: Words) -> str:
    fields = "".join(
        f"  {words.name()} {words.chance.choice(('text', 'bigint', 'date'))},\n" for _ in range(5)
    )
    return f"create table {words.name()} (\n{fields}  id bigint primary key\n);\n"


def shell(words: Words, size: int) -> str:
    """A script."""
    return filled(words, "#!/bin/sh\nset -eu\n", (_command,), size)


def _command(words: Words) -> str:
    return (
        f'# {words.sentence()}\n{words.name()}="${{1:-{words.thing()}}}"\n'
        f'echo "{words.name()}: ${words.number() % 9}"\n'
    )


# JSON


def fixture(words: Words, size: int) -> str:
    """A list of records."""
    names = [words.name() for _ in range(6)]
    rows: list[dict[str, Any]] = []
    for _ in range(max(1, size // 220)):
        values = (words.number(), words.thing(), words.sentence(), words.digits(8), None, words.number() > 9)
        rows.append(dict(zip(names, values, strict=True)))
    return json.dumps({words.thing(): rows}, indent=2) + "\n"


def package_names(words: Words, count: int) -> list[str]:
    """Names of packages, without repetition."""
    return sorted({f"@{words.thing()}/{words.thing()}-{words.thing()}" for _ in range(count)})


def package_json(words: Words, name: str, packages: list[str]) -> str:
    """A package's description."""
    needed = {package: f"^{words.version()}" for package in packages[::20]}
    scripts = {"build": "tsc -p .", "test": "vitest run", "lint": "eslint ."}
    parts = {
        "name": name,
        "version": words.version(),
        "private": True,
        "scripts": scripts,
        "dependencies": needed,
    }
    return json.dumps(parts, indent=2) + "\n"


def package_lock(words: Words, name: str, packages: list[str]) -> str:
    """What was installed, as npm writes it."""
    found: dict[str, Any] = {"": {"name": name, "version": words.version()}}
    for package in packages:
        version = words.version()
        found[f"node_modules/{package}"] = {
            "version": version,
            "resolved": f"https://registry.example.org/{package}/-/{version}.tgz",
            "integrity": f"sha512-{words.digits(86)}==",
            "engines": {"node": f">={words.chance.randint(14, 22)}"},
        }
    return json.dumps({"name": name, "lockfileVersion": 3, "packages": found}, indent=2) + "\n"


def requirements(words: Words, count: int, *, hashes: bool = False) -> str:
    """A list of Python packages, each at one version."""
    names = sorted({f"{words.thing()}-{words.thing()}" for _ in range(count)})
    ends = (f" \\\n    --hash=sha256:{words.digits(64)}" if hashes else "" for _ in names)
    return "".join(f"{name}=={words.version()}{end}\n" for name, end in zip(names, ends, strict=True))


def pyproject(words: Words, name: str) -> str:
    """A Python project's description."""
    return (
        f'[project]\nname = "{name}"\nversion = "{words.version()}"\ndescription = "{words.sentence()}"\n'
        f'requires-python = ">=3.11"\n\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n\n'
        f"[tool.ruff]\nline-length = {words.chance.choice((88, 100, 110))}\n"
    )


# Deployment


def manifests(words: Words, size: int) -> str:
    """Kubernetes objects in one file."""
    return "---\n".join(_documents(words, size))


def _documents(words: Words, size: int) -> Iterator[str]:
    length = 0
    while length < size:
        text = words.chance.choice((_deployment, _service, _settings))(words)
        length += len(text)
        yield text


def _head(words: Words, version: str, kind: str) -> str:
    name = words.name().replace("_", "-")
    return (
        f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {words.thing()}\n"
        f"  labels:\n    app: {name}\n    team: {words.thing()}\n"
    )


def _deployment(words: Words) -> str:
    name = words.name().replace("_", "-")
    return (
        f"{_head(words, 'apps/v1', 'Deployment')}spec:\n  replicas: {words.chance.randint(1, 6)}\n"
        f"  selector:\n    matchLabels:\n      app: {name}\n  template:\n    metadata:\n"
        f"      labels:\n        app: {name}\n"
        f"    spec:\n      containers:\n        - name: {words.thing()}\n"
        f"          image: registry.example.org/{words.thing()}/{name}:{words.version()}\n"
        f"          ports:\n            - containerPort: {words.chance.randint(3000, 9999)}\n"
        f"          env:\n            - name: {words.name().upper()}\n              value: {words.thing()}\n"
        f"          resources:\n            limits:\n"
        f"              memory: {words.chance.randint(1, 16) * 64}Mi\n"
        f"          readinessProbe:\n            httpGet:\n"
        f"              path: /{words.thing()}\n              port: 8080\n"
    )


def _service(words: Words) -> str:
    port = words.chance.randint(3000, 9999)
    return (
        f"{_head(words, 'v1', 'Service')}spec:\n  selector:\n    app: {words.thing()}\n"
        f"  ports:\n    - port: {port}\n      targetPort: {port}\n"
    )


def _settings(words: Words) -> str:
    values = "".join(f"  {words.name()}: {words.sentence()}\n" for _ in range(words.chance.randint(3, 12)))
    return f"{_head(words, 'v1', 'ConfigMap')}data:\n{values}"


def dockerfile(words: Words, python_service: bool) -> str:
    """How a service's image is built."""
    if python_service:
        base, steps = "python:3.12-slim", "COPY requirements.txt .\nRUN pip install -r requirements.txt\n"
        start = f'CMD ["python", "-m", "{words.thing()}"]'
    else:
        base, steps = "node:22-alpine", "COPY package.json package-lock.json ./\nRUN npm ci\n"
        start = f'CMD ["node", "dist/{words.thing()}.js"]'
    return (
        f"# {words.sentence()}\nFROM {base}\nWORKDIR /app\n{steps}COPY . .\n"
        f"ENV {words.name().upper()}={words.thing()}\nUSER {words.chance.randint(1000, 9999)}\n{start}\n"
    )


def compose(words: Words) -> str:
    """A few services for a developer's machine."""
    parts = "".join(
        f"  {name}:\n    image: registry.example.org/{name}:{words.version()}\n    restart: unless-stopped\n"
        for name in dict.fromkeys(words.thing() for _ in range(8))
    )
    return f"services:\n{parts}"


def workflow(words: Words, folder: str, python_service: bool) -> str:
    """A GitHub workflow that tests one service."""
    steps = (
        ("pip install -r requirements.txt", "ruff check .", "pytest -q")
        if python_service
        else ("npm ci", "npm run lint", "npm test")
    )
    runs = "".join(f"      - run: {step}\n        working-directory: {folder}\n" for step in steps)
    return (
        f"name: {words.name().replace('_', ' ')}\non:\n  push:\n    branches: [main]\n  pull_request:\n"
        f"    paths: ['{folder}/**']\npermissions:\n  contents: read\njobs:\n  {words.thing()}:\n"
        f"    runs-on: ubuntu-24.04\n    timeout-minutes: {words.chance.randint(5, 40)}\n    steps:\n"
        f"      - uses: actions/checkout@v4\n{runs}"
    )


def picture(words: Words, size: int) -> bytes:
    """Bytes that begin as a PNG does and are noise from there on."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + words.chance.randbytes(size)

from __future__ import annotations

from readiness.facts.code import unread
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

HANAMI = {"Gemfile": 'gem "hanami"\n', "config.ru": "run Hanami.app\n"}


def test_a_server_in_a_language_that_is_not_read_leaves_the_questions_about_its_code_open() -> None:
    found = Store(MemoryTree(HANAMI)).collected(unread.ROUTE)
    assert found.rows == ()
    assert [(gap.path, gap.reason) for gap in found.openings] == [
        ("Gemfile", "the code of this service (hanami) is not read yet")
    ]


def test_a_front_end_beside_a_python_service_opens_nothing() -> None:
    files = {
        "app.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/health')\ndef h(): return {}\n",
        "web/package.json": '{"scripts": {"build": "vite build"}, "dependencies": {"react": "18"}}',
    }
    found = Store(MemoryTree(files)).collected(unread.ROUTE)
    assert [row.route for row in found.rows] == ["/health"]
    assert found.openings == ()


def test_a_service_that_only_a_platform_names_leaves_its_code_open() -> None:
    files = {"Procfile": "web: ./server\n", "src/main.rs": "fn main() { warp::serve(routes); }\n"}
    found = Store(MemoryTree(files)).collected(unread.ROUTE)
    assert [gap.path for gap in found.openings] == ["Procfile"]

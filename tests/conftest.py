from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

collect_ignore = ["samples"]
"""What samples call their tests is read, and not run."""


settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew", action="store_true", help="write the golden files and generated documents anew"
    )


@pytest.fixture
def renew(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--renew"))


@pytest.fixture(autouse=True, scope="session")
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or fills the cache of whoever runs it."""
    before = os.environ.get("READINESS_CACHE_DIR")
    os.environ["READINESS_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["READINESS_CACHE_DIR"]
    else:
        os.environ["READINESS_CACHE_DIR"] = before


@pytest.fixture(scope="session")
def shipped_rules() -> tuple[Any, ...]:
    """Every rule that ships with the tool, without its cases."""
    from readiness.cli.options import book  # noqa: PLC0415 - only where it is asked for

    return tuple(book().rules)

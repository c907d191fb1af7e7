"""Calls of Python code to other services: whether they end by themselves, whether they are tried again."""

from __future__ import annotations

import pytest

from readiness.facts.code.hints import HINTS
from readiness.facts.code.model import Outgoing
from readiness.facts.code.nouns import OUTGOING
from readiness.facts.code.python import parse
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree


def calls(*lines: str) -> tuple[Outgoing, ...]:
    return parse("\n".join(lines).encode()).outgoing


def timeout(*lines: str) -> bool | None:
    (found,) = calls(*lines)
    return found.timeout


def retried(*lines: str) -> bool:
    (found,) = calls(*lines)
    return found.retried


@pytest.mark.parametrize(
    ("expected", "option"),
    [(True, "TIMEOUT"), (True, "TIMEOUT_MS"), (False, "CONNECTTIMEOUT"), (False, "URL")],
)
def test_a_transfer_of_curl_ends_by_an_option(expected: bool, option: str) -> None:
    (found,) = calls("import pycurl", "c = pycurl.Curl()", f"c.setopt(pycurl.{option}, given)", "c.setopt()")
    assert (expected, "pycurl", 2) == (found.timeout, found.library, found.line)


def test_a_call_of_requests_without_a_timeout_may_wait_for_ever() -> None:
    (found,) = calls("import requests", "", 'requests.get("https://a.b/c")')
    assert found == Outgoing(3, "requests", "requests.get(…) without a timeout", False)


@pytest.mark.parametrize(
    ("expected", "call"),
    [
        (True, "requests.get(u, timeout=5)"),
        (True, "requests.post(u, timeout=(3, 10))"),
        (True, "requests.post(u, timeout=settings.TIMEOUT)"),
        (True, "requests.post(u, timeout=limit or 10)"),
        (False, "requests.get(u, timeout=None)"),
        (False, "requests.get(u, timeout=(3, None))"),
        (False, "requests.get(u, timeout=5 if fast else None)"),
        (None, "requests.get(u, **options)"),
        (None, "requests.request(*given)"),
        (False, "requests.request('GET', u)"),
        (True, "httpx.get(u)"),
        (False, "httpx.get(u, timeout=None)"),
        (False, "httpx.AsyncClient(timeout=httpx.Timeout(None))"),
        (False, "httpx.AsyncClient(timeout=httpx.Timeout(10, read=None))"),
        (True, "httpx.AsyncClient(timeout=httpx.Timeout(10))"),
        (None, "httpx.AsyncClient(timeout=httpx.Timeout(**limits))"),
        (True, "httpx.Client(timeout=build())"),
        (True, "aiohttp.ClientSession()"),
        (False, "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(connect=5))"),
        (False, "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0))"),
        (True, "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))"),
        (False, "urllib.request.urlopen(u)"),
        (True, "urllib.request.urlopen(u, None, 10)"),
        (False, "urllib.request.urlretrieve(u, 'x')"),
        (False, "http.client.HTTPSConnection('a.b')"),
        (True, "http.client.HTTPConnection('a.b', 80, 5)"),
        (False, "urllib3.PoolManager().request('GET', u)"),
        (False, "requests.Session().get(u)"),
        (False, "smtplib.SMTP('mail')"),
        (True, "openai.OpenAI()"),
    ],
)
def test_what_a_call_says_of_its_timeout(expected: bool | None, call: str) -> None:
    assert expected is timeout(
        "import requests, httpx, aiohttp, urllib.request, http.client, urllib3, smtplib, openai", call
    )


def test_a_wrapper_passes_the_timeout_it_defaults_to() -> None:
    assert timeout(
        "import requests", "def fetch(url, *, timeout=10):", "    return requests.get(url, timeout=timeout)"
    )


@pytest.mark.parametrize("signature", ["url, timeout", "url, timeout=None"])
def test_a_wrapper_without_a_default_leaves_it_to_its_callers(signature: str) -> None:
    lines = ("import requests", f"def fetch({signature}):", "    return requests.get(url, timeout=timeout)")
    assert timeout(*lines) is None


def test_a_wrapper_that_falls_back_on_a_limit_has_one() -> None:
    assert timeout(
        "import requests",
        "def fetch(url, timeout=None):",
        "    timeout = timeout or 10",
        "    return requests.get(url, timeout=timeout)",
    )


@pytest.mark.parametrize("line", ["kw.setdefault('timeout', 5)", "kw['timeout'] = 5"])
def test_a_wrapper_may_put_the_timeout_into_what_it_passes_on(line: str) -> None:
    assert timeout("import requests", "def f(u, **kw):", f"    {line}", "    return requests.get(u, **kw)")


def test_options_of_another_name_say_nothing() -> None:
    lines = ("import requests", "def f(u, **kw):", "    a.setdefault('timeout', 5)", "    b['timeout'] = 5")
    assert timeout(*lines, "    return requests.get(u, **kw)") is None


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        (True, ["LIMIT = 5"]),
        (False, ["LIMIT = None"]),
        (None, ["LIMIT = None", "LIMIT = 5"]),
        (None, ["LIMIT = LIMIT"]),
    ],
)
def test_a_constant_of_the_file_is_followed(expected: bool | None, lines: list[str]) -> None:
    assert expected is timeout("import requests", *lines, "requests.get(u, timeout=LIMIT)")


def test_calls_on_a_session_are_judged_one_by_one() -> None:
    found = calls(
        "import requests",
        "session = requests.Session()",
        "session.get(u)",
        "session.get(u, timeout=3)",
        "session.close()",
        "session.get()",
    )
    assert [(item.line, item.timeout) for item in found] == [(3, False), (4, True)]


def test_a_session_kept_by_with_or_as_an_attribute_is_known() -> None:
    found = calls(
        "import requests",
        "with requests.Session() as s:",
        "    s.post(u)",
        "class A:",
        "    def __init__(self):",
        "        self.http = requests.Session()",
        "    def go(self):",
        "        return self.http.get(u)",
    )
    assert [item.line for item in found] == [3, 8]


def test_an_adapter_of_its_own_may_set_the_limit() -> None:
    lines = (
        "import requests",
        "s = requests.Session()",
        "s.mount('https://', TimeoutAdapter(5))",
        "s.get(u)",
    )
    assert timeout(*lines) is None


def test_a_session_from_a_function_of_the_file_is_known() -> None:
    found = calls(
        "import requests",
        "def made() -> requests.Session:",
        "    s = requests.Session()",
        "    adapter = requests.adapters.HTTPAdapter(max_retries=2)",
        "    s.mount('https://', adapter)",
        "    return s",
        "http = made()",
        "http.post(u)",
    )
    assert [(item.line, item.timeout, item.retried) for item in found] == [(8, False, True)]


def test_what_is_mounted_on_a_session_that_is_given_is_not_known() -> None:
    assert timeout("import requests", "def f(s: requests.Session):", "    s.get(u)") is None


def test_a_request_method_that_is_wrapped_with_a_timeout_limits_all_calls() -> None:
    assert timeout(
        "import functools, requests",
        "s = requests.Session()",
        "s.request = functools.partial(s.request, timeout=5)",
        "s.get(u)",
    )


@pytest.mark.parametrize(("expected", "attempts"), [(True, "Retry(3)"), (True, "5"), (False, "0")])
def test_an_adapter_with_retries_tries_again(expected: bool, attempts: str) -> None:
    lines = (
        "import requests",
        "from requests.adapters import HTTPAdapter",
        "s = requests.Session()",
        f"s.mount('https://', HTTPAdapter(max_retries={attempts}))",
        "s.get(u, timeout=2)",
    )
    (found,) = calls(*lines)
    assert (True, expected) == (found.timeout, found.retried)


def test_a_client_of_httpx_gives_one_row_and_its_calls_only_where_they_lift_the_limit() -> None:
    found = calls("import httpx", "c = httpx.Client()", "c.get(u)", "c.get(u, timeout=None)")
    assert [(item.line, item.timeout) for item in found] == [(2, True), (4, False)]


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        (True, ["httpx.Client(transport=httpx.HTTPTransport(retries=2))"]),
        (False, ["httpx.Client(transport=httpx.HTTPTransport(retries=0))"]),
        (True, ["t = httpx.HTTPTransport(retries=2)", "httpx.Client(transport=t)"]),
        (False, ["httpx.Client(transport=t)"]),
        (True, ["httpx.Client(transport=RetryTransport())"]),
        (False, ["httpx.Client()"]),
        (True, ["anthropic.Anthropic()"]),
        (False, ["anthropic.Anthropic(max_retries=0)"]),
        (True, ["boto3.client('s3')"]),
    ],
)
def test_a_client_may_try_again_by_itself(expected: bool, lines: list[str]) -> None:
    assert expected == retried("import httpx, anthropic, boto3", *lines)


@pytest.mark.parametrize(
    "decorator",
    [
        "@tenacity.retry(stop=x)",
        "@backoff.on_exception(a, b)",
        "@stamina.retry(on=E)",
        "@task(autoretry_for=E)",
    ],
)
def test_a_policy_of_attempts_around_the_call_counts(decorator: str) -> None:
    assert retried(
        "import requests, tenacity, backoff, stamina", decorator, "def f():", "    requests.get(u)"
    )


def test_a_loop_of_attempts_counts() -> None:
    lines = ("import requests", "from tenacity import Retrying", "for attempt in Retrying():")
    assert retried(*lines, "    requests.get(u)")


@pytest.mark.parametrize(
    "lines",
    [
        ["async def f():", "    await asyncio.wait_for(session.get(u, timeout=None), 5)"],
        [
            "async def f():",
            "    async with asyncio.timeout(5):",
            "        await session.get(u, timeout=None)",
        ],
    ],
)
def test_a_limit_of_time_around_the_call_counts(lines: list[str]) -> None:
    found = calls("import aiohttp, asyncio", "session = aiohttp.ClientSession()", *lines)
    assert [item.timeout for item in found] == [True, True]


def test_a_default_for_all_sockets_counts_where_the_library_heeds_it() -> None:
    found = calls(
        "import socket, urllib.request, requests",
        "socket.setdefaulttimeout(5)",
        "urllib.request.urlopen(u)",
        "requests.get(u)",
    )
    assert [item.timeout for item in found] == [True, False]


@pytest.mark.parametrize(
    ("expected", "more", "call"),
    [
        (False, "", "stub.SayHello(r)"),
        (True, "", "stub.SayHello(r, timeout=2)"),
        (None, "options = ['grpc.service_config']", "stub.SayHello(r)"),
        (None, "grpc.intercept_channel(c, i)", "stub.SayHello(r)"),
    ],
)
def test_a_call_of_grpc_has_no_deadline_unless_it_asks(expected: bool | None, more: str, call: str) -> None:
    assert expected is timeout("import grpc", "stub = hello.GreeterStub(channel)", more, call)


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        ((True, True), "boto3.client('s3')"),
        ((None, True), "boto3.client('s3', config=made())"),
        ((None, True), "boto3.client('s3', **more)"),
        ((None, True), "boto3.client('s3', config=settings.BOTO)"),
        ((False, True), "boto3.client('s3', config=Config(read_timeout=None))"),
        ((True, False), "boto3.client('s3', config=Config(retries={'max_attempts': 0}))"),
        ((True, True), "boto3.Session().client('s3')"),
        ((True, True), "known.resource('s3')"),
        ((True, False), "boto3.client('s3', config=CONFIG)"),
    ],
)
def test_a_client_of_aws_has_its_own_limits(expected: tuple[bool | None, bool], line: str) -> None:
    found = calls(
        "import boto3",
        "from botocore.config import Config",
        "known = boto3.Session()",
        "CONFIG = Config(retries={'max_attempts': 0})",
        line,
    )
    assert [expected] == [(item.timeout, item.retried) for item in found]


def test_what_calls_nobody_gives_nothing() -> None:
    assert calls("import json", "json.get(u)", "session.get(u)") == ()


def test_a_name_that_is_no_client_gives_nothing() -> None:
    assert calls("import requests", "cache = dict()", "cache.get(u)", "table.client('x')") == ()


def test_of_very_many_calls_the_first_are_looked_at() -> None:
    text = "import requests\n" + "requests.get(u)\n" * 20_000
    assert [item.line for item in parse(text.encode()).outgoing] == list(range(2, 202))


def test_the_noun_reads_only_files_that_import_a_client() -> None:
    files = {"a.py": "import requests\nrequests.get(u)\n", "b.py": "import json\n"}
    found = Store(MemoryTree(files), tables=(HINTS,)).collected(OUTGOING)
    assert (found.looked, found.rows[0].timeout) == (("a.py",), False)

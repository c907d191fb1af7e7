"""Ours against bandit itself: what either says of short and of hostile files of Python."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest
from bandit_support import bandit_says, manager, planner_of, stock, we_say
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.facts.code.weaknesses.engine import load
from readiness.facts.code.weaknesses.triggers import CALLS, LOW, OTHERS, VERIFIED

REPORTED: list[tuple[str, str]] = [
    ("B102", "exec(code)\n"),
    ("B103", "import os\nos.chmod(path, 0o777)\n"),
    ("B103", "import os\nos.lchmod('a', 0o650)\n"),
    ("B104", "run(host='0.0.0.0')\n"),
    ("B108", "open('/tmp/x')\n"),
    ("B108", "a = ['/var/tmp', '/dev/shm/y']\n"),
    ("B113", "import requests\nrequests.get(url)\n"),
    ("B113", "import httpx\nhttpx.get(url, timeout=None)\n"),
    ("B201", "from flask import Flask\napp = Flask(__name__)\napp.run(debug=True)\n"),
    ("B202", "import tarfile\ntarfile.open(f).extractall()\n"),
    ("B202", "import tarfile\ntarfile.open(f).extractall(members=[1])\n"),
    ("B301", "import pickle\npickle.loads(data)\n"),
    ("B302", "import marshal\nmarshal.load(f)\n"),
    ("B303", "from cryptography.hazmat.primitives import hashes\nhashes.MD5()\n"),
    ("B304", "from cryptography.hazmat.primitives.ciphers import algorithms\nalgorithms.ARC4(key)\n"),
    ("B305", "from cryptography.hazmat.primitives.ciphers.modes import ECB\nECB(iv)\n"),
    ("B306", "import tempfile\ntempfile.mktemp()\n"),
    ("B307", "eval(text)\n"),
    ("B308", "from django.utils.safestring import mark_safe\nmark_safe('x')\n"),
    ("B310", "import urllib.request\nurllib.request.urlopen(url)\n"),
    ("B312", "import telnetlib\ntelnetlib.Telnet(host)\n"),
    ("B313", "import xml.etree.cElementTree as ET\nET.parse(f)\n"),
    ("B314", "from xml.etree import ElementTree\nElementTree.fromstring(text)\n"),
    ("B315", "import xml.sax.expatreader as e\ne.create_parser()\n"),
    ("B316", "import xml.dom.expatbuilder as e\ne.parse(f)\n"),
    ("B317", "from xml import sax\nsax.make_parser()\n"),
    ("B318", "from xml.dom.minidom import parseString as p\np(text)\n"),
    ("B319", "from xml.dom import pulldom\npulldom.parse(f)\n"),
    ("B321", "import ftplib\nftplib.FTP(host)\n"),
    ("B323", "import ssl\nssl._create_unverified_context()\n"),
    ("B324", "import hashlib\nhashlib.md5(b'')\n"),
    ("B324", "import hashlib\nhashlib.new('SHA1', b'')\n"),
    ("B324", "import crypt\ncrypt.crypt('x', salt=crypt.METHOD_MD5)\n"),
    ("B324", "import crypt\ncrypt.mksalt(crypt.METHOD_CRYPT)\n"),
    ("B401", "import telnetlib\n"),
    ("B401", "import telnetlib3\n"),
    ("B401", "__import__('telnetlib')\n"),
    ("B402", "from ftplib import FTP\n"),
    ("B411", "import xmlrpc.client\n"),
    ("B412", "from wsgiref.handlers import CGIHandler\n"),
    ("B413", "from Crypto.Cipher import AES\n"),
    ("B413", "from Crypto import Random\n"),
    ("B415", "import importlib\nimportlib.import_module('pyghmi')\n"),
    ("B501", "import requests\nrequests.get(url, timeout=1, verify=False)\n"),
    ("B502", "import ssl\nssl.wrap_socket(ssl_version=ssl.PROTOCOL_SSLv2)\n"),
    ("B502", "from pyOpenSSL import SSL\nSSL.Context(method=SSL.SSLv23_METHOD)\n"),
    ("B502", "open_it(method='PROTOCOL_TLSv1')\n"),
    ("B503", "import ssl\ndef f(version=ssl.PROTOCOL_SSLv3): pass\n"),
    (
        "B505",
        "from cryptography.hazmat.primitives.asymmetric import rsa\nrsa.generate_private_key(key_size=512)\n",
    ),
    ("B505", "from Cryptodome.PublicKey import DSA\nDSA.generate(bits=1024)\n"),
    ("B506", "import yaml\nyaml.load(text)\n"),
    ("B507", "import paramiko\nc.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n"),
    ("B508", "from pysnmp.hlapi import CommunityData\nCommunityData('public', mpModel=0)\n"),
    ("B509", "import pysnmp.hlapi as h\nh.UsmUserData('user')\n"),
    ("B601", "import paramiko\nclient.exec_command(text)\n"),
    ("B602", "import subprocess\nsubprocess.run(text,\n    shell=True)\n"),
    ("B604", "anything(shell=1)\n"),
    ("B604", "anything()(shell=[0])\n"),
    ("B605", "import os\nos.system(text)\n"),
    ("B605", "from os import popen as p\np(text)\n"),
    ("B608", "q = 'select a from b where c = %s' % d\n"),
    ("B608", "q = 'delete from b where c = ' + d\n"),
    ("B608", "q = 'INSERT INTO b VALUES ({})'.format(d)\n"),
    ("B608", "cursor.execute(f'UPDATE b SET c = {d}')\n"),
    ("B609", "import os\nos.system('/bin/chmod 600 *')\n"),
    ("B609", "import subprocess\nsubprocess.Popen(['tar', 'x', '*'], shell=True)\n"),
    ("B610", "User.objects.extra(where=[name])\n"),
    ("B611", "from django.db.models.expressions import RawSQL\nRawSQL(text, [])\n"),
    ("B612", "import logging.config\nlogging.config.listen(1)\n"),
    ("B613", "level = 'user'  # \u202e not so\n"),
    ("B614", "import torch\ntorch.load(f)\n"),
    ("B615", "from transformers import AutoModel\nAutoModel.from_pretrained('a/b')\n"),
    ("B701", "import jinja2\njinja2.Environment(loader=x)\n"),
    ("B702", "from mako.template import Template\nTemplate(text)\n"),
    ("B703", "from django.utils.safestring import SafeString\ndef f(a):\n    return SafeString(a)\n"),
    ("B704", "from markupsafe import Markup\nMarkup(text)\n"),
]

SILENT = [
    "",
    "\n\n",
    "executed(code)\n",
    "import os\nos.chmod(path, 0o600)\n",
    "run(host='0.0.0.0.')\n",
    "open('tmp/x')\n",
    '"""/tmp/docstring"""\n',
    "import requests\nrequests.get(url, timeout=3)\n",
    "session.get(url)\n",
    "app.run(debug=True)\n",
    "import tarfile\ntarfile.open(f).extractall(filter='data')\n",
    "import zipfile\nzipfile.open(f).extractall()\n",
    "import pickle\npickle.dumps(data)\n",
    "import pickle, subprocess\n",
    "import subprocess, xmlrpc\n",
    "model.eval()\n",
    "import hashlib\nhashlib.md5(b'', usedforsecurity=False)\n",
    "import hashlib\nhashlib.sha256(b'')\n",
    "import tool.telnetlib\n",
    "import yaml\nyaml.load(text, Loader=yaml.SafeLoader)\n",
    "import subprocess\nsubprocess.run(['ls'])\n",
    "import subprocess\nsubprocess.run('ls', shell=True)\n",
    "anything(shell=False)\n",
    "import os\nos.system('ls')\n",
    "q = 'select a from b'\n",
    "q = 'please select one' + ' of them'\n",
    "from jinja2 import Environment, select_autoescape\nEnvironment(autoescape=select_autoescape())\n",
    "from django.utils.safestring import mark_safe as m\nx = 1\n",
    "import paramiko\nc.set_missing_host_key_policy(paramiko.RejectPolicy())\n",
    "assert password == 'secret'\n",
]

HOSTILE: dict[str, str | bytes] = {
    "side by side": 'x = "/t" "mp/a"\n',
    "side by side with a comment": 'x = ("/"\n  # c\n  "tm" \'p\')\n',
    "with an empty one between": 'x = \'/\' \'\' """tmp"""\n',
    "hexadecimal": 'x="\\x2ftmp"\n',
    "octal": 'x="\\57tmp"\n',
    "octal in full": 'x="\\057tm\\160"\n',
    "unicode escape": 'x="\\u002ftmp"\n',
    "long unicode escape": 'x="\\U0000002Ftmp"\n',
    "by name": 'x="\\N{SOLIDUS}tmp"\n',
    "continued line": 'x="\\\n/t\\\nmp"\n',
    "continued line in the other form": b'x="\\\r\n/t\\\r\nmp"\r\n',
    "tail of an f-string": 'x=f"{a}/tmp"\n',
    "format of an f-string": 'x=f"{a:/tmp}"\n',
    "wide identifier": "ｅval(x)\n",
    "ordinal in latin-1": "# coding: latin-1\nevªl(x)\n".encode("latin-1"),
    "alias of a name": "from pickle import loads as q\nq(b)\n",
    "alias of a module": "import pickle as p\np.loads(b)\n",
    "alias over two lines": "from pickle import (loads\n  as q)\nq(b)\n",
    "parentheses": "(eval)(x)\n",
    "parentheses and a comment": "(eval # why\n)(x)\n",
    "backslash": "eval \\\n (x)\n",
    "keyword over two lines": "f(x, shell \\\n = 1)\n",
    "keyword and a comment": "f(x, shell # not\n = 1)\n",
    "wide keyword": "f(x, ｓhell=1)\n",
    "statement in pieces": 'q="SEL" "ECT a FR" "OM b where x=%s" % y\n',
    "statement with escapes": 'q="select a\\nfrom\\tb %s" % y\n',
    "statement of two literals": "q = 'select a' + x + 'from' + 'b'\n",
    "statement cut by a value": "q = f'sel{x}ect a fr{y}om b'\n",
    "statement cut by a debug value": "q = f'sel{ect=} from b'\n",
    "statement the other way round": "q = x + 'a from b' + ('select' + y)\n",
    "long s in a statement": "q = '\u017felect a from b %s' % y\n",
    "dotless i in a statement": "q = '\u0131nsert into b values %s' % y\n",
    "narrow space in a statement": "q = 'select\u2003a from\u2003b %s' % y\n",
    "lone surrogate in a statement": "q = 'select \\ud800 from b %s' % y\n",
    "address in pieces": 'h="0.0" ".0.0"\n',
    "utf-7": b"# coding: utf-7\n+AGUAdgBhAGw-(x)\n",
    "raw unicode escape": b"# coding: raw_unicode_escape\n\\u0065val(x)\n",
    "module in pieces": '__import__("tel" "netlib")\n',
    "module with an escape": 'import importlib\nimportlib.import_module("ftp\\x6cib")\n',
    "module as a bare name": "import importlib\nimportlib.import_module(telnetlib)\n",
    "protocol in pieces": "f(method='PROTOCOL_SS' 'Lv3')\n",
    "wildcard in escapes": "import os\nos.system('ch\\x6dod 600 \\x2a')\n",
    "only carriage returns": b"eval\r(x)\r",
    "carriage returns and a comment": b"x = (eval # c\r)(y)\r",
    "marker of byte order": b"\xef\xbb\xbfeval(x)\n",
    "tabs": "if x:\n\teval(x)\n",
    "form feed": "\x0ceval(x)\n",
    "default over lines": "def f(a, b='/tmp',\n      c=3):\n    pass\n",
    "comprehension": "x = [a for a in '/tmp']\n",
    "with item": "with '/tmp' as x, \\\n  eval(y):\n    pass\n",
    "case": "match x:\n    case '/tmp':\n        eval(x)\n",
    "imported later": "loads(b)\nfrom pickle import loads\nloads(b)\n",
    "relative import": "from . import telnetlib\nfrom .pickle import loads\nloads(b)\n",
    "imports of one line": "import subprocess, telnetlib\n",
    "member with an address": "import tarfile\nt.extractall(members=a.b)\n",
    "name with an address": "import os\nos.chmod('x object at 0xabc', 0o777)\n",
    "endless assignment": (
        "from django.utils.safestring import mark_safe\nx = (\n x)\nmark_safe(x)\ndef f():\n mark_safe(x)\n"
    ),
    "no name": "x[0](shell=True)\n",
    "many keywords": "f(**a, shell=True, **b)\n",
    "failing test": "from django.utils.safestring import mark_safe\nmark_safe()\nmark_safe(*a)\n",
    "declared twice": b"# coding: latin-1\n# coding: utf-8\nx = '/tmp/\xe4'\n",
    "bidirectional in a hebrew code page": "# coding: cp1255\nx = 1 # \u200f\n".encode("cp1255"),
}

SKIPPED: dict[str, str | bytes] = {
    "no Python": "def f(:\n",
    "no Python that is looked for": "eval(\n",
    "not UTF-8": b"eval(x) # \xff\n",
    "unknown encoding": b"# coding: none-such\neval(x)\n",
    "marker against declaration": b"\xef\xbb\xbf# coding: latin-1\neval(x)\n",
    "null": b"eval(x)\0\n",
    "indentation": "if x:\n        eval(x)\n    eval(y)\n",
}

NOSEC: dict[str, str | bytes] = {
    "all": "eval(x)  # nosec\n",
    "all in a sentence": "eval(x)  # harmless # nosec because\n",
    "without a blank": "eval(x)#nosec\n",
    "by id": "eval(x)  # nosec B307\n",
    "by another id": "eval(x)  # nosec B102\n",
    "by name": "exec(x)  # nosec exec_used\n",
    "by the name of a blacklist": "eval(x)  # nosec: eval\n",
    "by ids with blanks": "eval(x)  # nosec B102, B307\n",
    "by ids without blanks": "eval(x)  # nosec B307,B102\n",
    "by ids without blanks, the last": "eval(x)  # nosec B102,B307\n",
    "by an unknown id": "eval(x)  # nosec X1234\n",
    "by an id in small letters": "eval(x)  # nosec b307\n",
    "in capitals": "eval(x)  # NOSEC\n",
    "with narrow spaces": "eval(x)  #\u2003nosec\u2003B102\n",
    "with odd letters": "eval(x)  # nosec B307\u0131\n",
    "on the first of the lines": "eval(  # nosec\n  x)\n",
    "on the last of the lines": "eval(\n  x)  # nosec\n",
    "on the line before": "# nosec\neval(x)\n",
    "on two lines": "eval(  # nosec B307\n  x)  # nosec B102\n",
    "on two lines the other way": "eval(  # nosec B102\n  x)  # nosec B307\n",
    "beside the keyword": "import subprocess\nsubprocess.run(x,  # nosec B102\n  shell=True)  # nosec B602\n",
    "of the whole list": "x = [\n  '/tmp',\n  '/var/tmp',  # nosec\n]\n",
    "in a string": "x = eval('# nosec')\n",
    "of the file": "# nosec\nx = 1 # \u202e\n",
    "of the file's line": "x = 1\ny = 1 # \u202e nosec # nosec\n",
    "in an unfinished file": "eval(x)  # nosec\n",
    "in latin-1": b"# coding: latin-1\neval(x)  # nosec \xe4\n",
    "in utf-7": b"# coding: utf-7\neval(x)  # +AG4-osec\n",
}


@pytest.mark.parametrize(
    ("test_id", "source"), REPORTED, ids=[f"{key} {text[:40]}" for key, text in REPORTED]
)
def test_what_bandit_reports_we_report(test_id: str, source: str) -> None:
    expected = bandit_says(source)
    assert test_id in [seen[1] for seen in expected or ()]
    assert expected == we_say(source)


@pytest.mark.parametrize("source", SILENT)
def test_what_bandit_leaves_we_leave(source: str) -> None:
    assert bandit_says(source) == []
    assert we_say(source) == []


@pytest.mark.parametrize("case", HOSTILE)
def test_no_spelling_hides_what_bandit_sees(case: str) -> None:
    assert bandit_says(HOSTILE[case]) == we_say(HOSTILE[case])


@pytest.mark.parametrize("case", SKIPPED)
def test_a_file_that_bandit_skips_gives_no_finding(case: str) -> None:
    assert bandit_says(SKIPPED[case]) is None
    assert not we_say(SKIPPED[case])


@pytest.mark.parametrize("case", NOSEC)
def test_a_comment_silences_what_it_silences_in_bandit(case: str) -> None:
    assert bandit_says(NOSEC[case]) == we_say(NOSEC[case])


def everything() -> list[str | bytes]:
    reported = [source for _, source in REPORTED]
    return [*reported, *SILENT, *HOSTILE.values(), *SKIPPED.values(), *NOSEC.values()]


def test_without_the_gate_the_answers_are_the_same() -> None:
    different = [source for source in everything() if we_say(source, gated=False) != bandit_says(source)]
    assert different == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([text for _, text in REPORTED] + SILENT), min_size=2, max_size=6))
def test_files_of_many_statements_are_read_as_bandit_reads_them(parts: list[str]) -> None:
    source = "".join(parts)
    assert bandit_says(source) == we_say(source)


PIECES = [
    *(
        "'/t'",
        '"mp"',
        "'select '",
        "f'sel{x}'",
        "f'{x}ect a '",
        "'from '",
        "r'\\x2f'",
        "'\\x2ftmp'",
        "f'{y=}om '",
    ),
    *(
        "+",
        "%",
        " ",
        "x",
        "(",
        ")",
        "\n",
        "# c\n",
        "\\\n",
        ".format(",
        "eval",
        "(x)",
        "shell",
        "=1",
        ",",
        "f(",
    ),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=2, max_size=9))
def test_pieces_of_python_in_any_order_are_read_as_bandit_reads_them(parts: list[str]) -> None:
    source = "".join(parts)
    expected = bandit_says(source)
    assert (expected or []) == (we_say(source) or [])


def stock_plugins() -> dict[str, Any]:
    """Bandit's own plugins, by the name of their entry point."""
    loaded = stock("core.extension_loader").MANAGER.plugins
    return {each.name: each.plugin for each in loaded if each.plugin.__module__.startswith("bandit.")}


def test_the_tables_were_read_from_this_version_of_bandit() -> None:
    assert load().version in VERIFIED, "read the tests that changed, then add the version to VERIFIED"


def test_every_test_of_bandit_is_known() -> None:
    assert sorted({*CALLS, *LOW, *OTHERS}) == sorted(test.id for test in load().tests)


def test_we_load_the_tests_that_bandit_loads() -> None:
    names = {name: plugin._test_id for name, plugin in stock_plugins().items()}
    assert {name: load().ids[name] for name in names} == names
    assert sorted((test.id, test.checks) for test in load().tests if test.id != "B001") == sorted(
        (plugin._test_id, tuple(plugin._checks)) for plugin in stock_plugins().values()
    )


def test_we_load_the_blacklists_that_bandit_loads() -> None:
    expected = stock("core.extension_loader").MANAGER.blacklist
    assert {node: list(entries) for node, entries in load().blacklist.items()} == expected


def severities(function: Any) -> set[str]:
    """The severities that the source of a plugin names, in it and in what it calls of its module."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(function)))  # type: ignore[arg-type]
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    found, left = set[str](), [function.__name__]
    seen: set[str] = set()
    while left:
        name = left.pop()
        if name not in functions or name in seen:
            continue
        seen.add(name)
        for node in ast.walk(functions[name]):
            if isinstance(node, ast.Name):
                left.append(node.id)
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "Issue"
            ):
                found |= {ast.unparse(each.value) for each in node.keywords if each.arg == "severity"}
    return found


def test_the_tests_that_are_never_run_report_low_alone() -> None:
    left_out = {
        plugin._test_id: severities(plugin) for plugin in stock_plugins().values() if plugin._test_id in LOW
    }
    assert left_out == {key: {"bandit.LOW"} for key in LOW}


def test_every_test_above_low_has_a_case() -> None:
    shown = {key for key, _ in REPORTED}
    entries = {
        entry["id"] for group in load().blacklist.values() for entry in group if entry["level"] != "LOW"
    }
    assert sorted(({*CALLS, *OTHERS} - {"B001"} | entries) - shown) == []


def test_bandit_stays_the_package_it_was() -> None:
    before = stock("core.manager")
    load.cache_clear()
    load()
    assert stock("core.manager") is before
    assert manager().__class__ is before.BanditManager


def test_every_pattern_of_a_test_that_is_run_takes_linear_time() -> None:
    harmless = {"full_path_match", "RE_CANDIDATES"}  # of tests that report LOW alone
    left = {
        name
        for test in load().tests
        for name, value in getattr(test.run, "func", test.run).__globals__.items()
        if value.__class__.__name__ == "Pattern" and value.__class__.__module__ == "re"
    }
    assert left - harmless == set()


def test_the_gate_lets_most_files_pass() -> None:
    source = b"import os\n\n\ndef f(a: int) -> int:\n    return os.getpid() + a\n"
    assert planner_of(gated=True).plan(source) is None

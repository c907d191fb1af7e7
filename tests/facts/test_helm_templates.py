"""Go templates carried out, without running anything, on values that may be unknown."""

from __future__ import annotations

import pytest

from readiness.facts.deployment.helm.evaluate import Engine, capabilities
from readiness.facts.deployment.helm.formats import semver_holds
from readiness.facts.deployment.helm.output import mark_for, shaped
from readiness.facts.deployment.helm.syntax import parse_text
from readiness.facts.deployment.helm.values import (
    MARK,
    UNKNOWN,
    Budget,
    Fault,
    Spent,
    Value,
    parsed_yaml,
    truth,
    yaml_of,
)
from readiness.spans import Unparsable

VALUES: dict[str, Value] = {
    "name": "web",
    "tag": "",
    "count": 3,
    "ratio": 0.5,
    "on": True,
    "off": False,
    "none": None,
    "list": ["a", "b"],
    "map": {"b": "2", "a": 1},
    "deep": {"inner": {"x": "y"}},
    "secret": UNKNOWN,
    "text": "{{ .Values.name }}-x",
}


def rendered(text: str, steps: int = 100_000) -> str:
    template = parse_text(text)
    root = {"Values": dict(VALUES), "Release": {"Name": "r"}, "Capabilities": capabilities()}
    return Engine(dict(template.defined), Budget(steps)).rendered(template.body, root).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {{ .Values.name }}", "a: web"),
        ("{{ .Values.deep.inner.x }}", "y"),
        ("a {{- .Values.name -}} b", "awebb"),
        ("{{- /* {{ no }} */ -}}\n x", "x"),
        ("{{ .Values.count }} {{ .Values.ratio }} {{ .Values.on }}", "3 0.5 true"),
        ("{{ .Values.list }} {{ .Values.map }}", "[a b] map[a:1 b:2]"),
        ('{{ .Values.tag | default "latest" | quote }}', '"latest"'),
        ("{{ .Values.name | upper | squote }}", "'WEB'"),
        ('{{ printf "%s-%d" .Values.name 7 }}', "web-7"),
        ('{{ printf "%5s|%-3s|%05d|%q|100%%" "ab" "c" 42 "d" }}', '   ab|c  |00042|"d"|100%'),
        ("{{ if .Values.on }}yes{{ else }}no{{ end }}", "yes"),
        ("{{ if .Values.off }}yes{{ else if .Values.on }}also{{ else }}no{{ end }}", "also"),
        ("{{ if not .Values.off }}x{{ end }}", "x"),
        ('{{ if and .Values.on (eq .Values.name "web") }}x{{ end }}', "x"),
        ("{{ if or .Values.off .Values.none }}x{{ else }}y{{ end }}", "y"),
        ("{{ with .Values.deep }}{{ .inner.x }}{{ $.Values.name }}{{ end }}", "yweb"),
        ("{{ with .Values.none }}a{{ else }}b{{ end }}", "b"),
        ("{{ range .Values.list }}<{{ . }}>{{ end }}", "<a><b>"),
        ("{{ range $k, $v := .Values.map }}{{ $k }}={{ $v }};{{ end }}", "a=1;b=2;"),
        ("{{ range $i, $v := .Values.list }}{{ $i }}{{ end }}", "01"),
        ("{{ range .Values.none }}a{{ else }}b{{ end }}", "b"),
        (
            "{{ range until 4 }}{{if eq . 1}}{{continue}}{{end}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}",
            "02",
        ),
        ("{{ $x := 1 }}{{ if .Values.on }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := 1 }}{{ if .Values.on }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
        ('{{ define "n" }}[{{ .Values.name }}]{{ end }}{{ include "n" . | trunc 3 }}', "[we"),
        ('{{ define "n" }}[{{ . }}]{{ end }}{{ template "n" .Values.name }}', "[web]"),
        ('{{ block "n" .Values.name }}<{{ . }}>{{ end }}', "<web>"),
        ("{{ tpl .Values.text . }}", "web-x"),
        ('{{ (dict "a" (list 1 2)).a | first }}', "1"),
        ('{{ index .Values.list 1 }}{{ index .Values "name" }}', "bweb"),
        ('{{ hasKey .Values.map "a" }}{{ get .Values.map "z" }}', "true"),
        ('{{ ternary "a" "b" .Values.off }}', "b"),
        ("{{ coalesce .Values.none .Values.tag .Values.name }}", "web"),
        ('{{ "a-b-" | trimSuffix "-" | replace "-" "_" }}', "a_b"),
        ("{{ `raw` }}{{ 'a' }}{{ \"t\\tx\\u0041\" }}", "raw97t\txA"),
        ('{{ list "b" "a" | sortAlpha | join "," }}', "a,b"),
        ('{{ "x" | b64enc | b64dec }}', "x"),
        (
            '{{ add 1 2 | mul 3 }}-{{ sub 5 2 }}-{{ div 7 2 }}-{{ mod 7 4 }}-{{ max 1 9 3 }}-{{ int "8" }}',
            "9-3-3-3-9-8",
        ),
        ("{{ len .Values.list }}{{ len .Values.name }}", "23"),
        ('{{ has "a" .Values.list }}{{ without .Values.list "a" }}', "true[b]"),
        ('{{ kindOf .Values.map }}{{ kindIs "string" .Values.name }}', "maptrue"),
        ('{{ regexMatch "^w" .Values.name }}', "true"),
        ('{{ dig "inner" "x" "none" .Values.deep }}{{ dig "no" "x" "none" .Values.deep }}', "ynone"),
        ('{{ $d := dict }}{{ $_ := set $d "k" "v" }}{{ $d.k }}', "v"),
        ('{{ (merge (dict "a" 1) (dict "a" 2 "b" 3)) | toJson }}', '{"a":1,"b":3}'),
        ('{{ (mergeOverwrite (dict "a" 1) (dict "a" 2)) | toJson }}', '{"a":2}'),
        ('{{ pick .Values.map "a" | toJson }}{{ omit .Values.map "a" | toJson }}', '{"a":1}{"b":"2"}'),
        ('{{ keys .Values.map | join "" }}{{ values .Values.map | len }}', "ab2"),
        ('{{ (fromYaml "a: {b: c}").a.b }}', "c"),
        ('{{ lookup "v1" "Secret" "" "x" | len }}', "0"),
        ("{{ .Capabilities.KubeVersion.Major }}", "1"),
        ('{{ if .Capabilities.APIVersions.Has "policy/v1" }}a{{ end }}', "a"),
        ('{{ if .Capabilities.APIVersions.Has "extensions/v1beta1" }}a{{ else }}b{{ end }}', "b"),
        ('{{ if semverCompare ">=1.19-0" .Capabilities.KubeVersion.GitVersion }}new{{ end }}', "new"),
        ('{{ empty .Values.tag }}{{ required "say it" .Values.name }}{{ fail "no" }}', "trueweb"),
        (
            "{{ slice (list 1 2 3) 1 2 }}{{ concat (list 1) (list 2) }}{{ append (list 1) 2 | reverse }}",
            "[2][1 2][2 1]",
        ),
        ('{{ cat "a" "b" }}{{ nospace "a b" }}{{ kebabcase "aB" }}{{ title "x" }}', "a baba-bX"),
        ('{{ splitList "," "a,b" | last }}{{ (split "," "a,b")._0 }}', "ba"),
        ('{{ print "a" 1 2 "b" }}', "a1 2b"),
        ("{{ mustToJson (list) }}{{ toYaml .Values.none }}", "[]null"),
        ("{{ true }}{{ 0x10 }}{{ 1.5 }}", "true161.5"),
    ],
)
def test_what_is_known_is_carried_out_as_helm_does(text: str, expected: str) -> None:
    assert rendered(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ .Values.secret }}", MARK),
        ("{{ .Values.none }}", MARK),
        ("{{ .Values.missing.below }}", MARK),
        ('{{ required "say it" .Values.tag }}', MARK),
        ('{{ include "elsewhere" . }}', MARK),
        ("{{ randAlphaNum 5 }}", MARK),
        ("{{ .Values.name | sha256sum }}", MARK),
        ('{{ printf "%s:%s" .Values.name .Values.secret }}', f"web:{MARK}"),
        ("{{ .Values.secret | quote }}", f'"{MARK}"'),
        ("x:{{ toYaml .Values.secret | nindent 2 }}", f"x:\n  {MARK}"),
        ('{{ default "a" .Values.secret }}', MARK),
        ("{{ if eq .Values.secret 1 }}a{{ else }}b{{ end }}", MARK),
        ("{{ if or .Values.secret .Values.on }}a{{ else }}b{{ end }}", MARK),
        ("{{ if and .Values.secret .Values.off }}a{{ else }}b{{ end }}", "b"),
        ("{{ range .Values.secret }}{{ . }}{{ end }}", MARK),
        ("{{ $x := 1 }}{{ if .Values.secret }}{{ $x = 2 }}{{ end }}{{ $x }}", MARK),
        ('{{ $d := dict "k" 1 }}{{ if .Values.secret }}{{ $_ := set $d "k" 2 }}{{ end }}{{ $d.k }}', MARK),
        ('{{ if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}a{{ end }}', MARK),
        ("{{ ternary 1 2 .Values.secret }}{{ len .Values.secret }}{{ index .Values.secret 1 }}", MARK * 3),
        ('{{ upper 5 }}{{ index .Values.list 9 }}{{ div 1 0 }}{{ b64dec "%" }}', MARK * 4),
        ('{{ regexMatch "(" "x" }}{{ repeat 99999999 "x" }}{{ until 99999999 }}', MARK * 3),
        ('{{ tpl .Values.secret . }}{{ tpl "{{ if }}" . }}', MARK * 2),
        ('{{ printf "%.2f" 1.5 }}{{ printf "%s" }}', MARK * 2),
        ('{{ .Files.Get "x" }}', MARK),
        ('{{ fromYaml "a: [" }}{{ $unset }}', MARK * 2),
    ],
)
def test_what_cannot_be_worked_out_is_unknown(text: str, expected: str) -> None:
    assert rendered(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  {{- if .Values.secret }}\n  b: 1\n  {{- end }}\n  c: 2", f"a:\n  {MARK}: {MARK}\n  c: 2"),
        ("a:\n  {{- range .Values.secret }}\n  - b\n  {{- end }}\n", f"a:\n  - {MARK}\n"),
        ("a:\n  {{- with .Values.secret }}\n  # why\n  - b\n  {{- end }}\n", f"a:\n  \n  - {MARK}\n"),
        ("a: {{ if .Values.secret }}1{{ else }}2{{ end }}", f"a: {MARK}"),
        ("{{ if .Values.secret }}{{ else }}\nb: 1\n{{ end }}", f"\n{MARK}: {MARK}\n"),
        ("a: 1\n{{ if .Values.secret }}\n---\nb: 1\n{{ end }}", f"a: 1\n\n---\n{MARK}: {MARK}\n"),
        ("a: 1\n{{ if .Values.secret }}{{ $x := 1 }}{{ end }}b: 2", "a: 1\nb: 2"),
    ],
)
def test_what_hangs_on_an_unknown_condition_is_marked_in_its_shape(text: str, expected: str) -> None:
    assert rendered(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{{ if .a }}",
        "{{ end }}",
        "{{ else }}",
        "{{ if .a }}{{ else }}{{ else }}{{ end }}",
        "{{ .a",
        '{{ "a }}',
        '{{ "a\n" }}',
        "{{ `a }}",
        "{{ /* a }}",
        "{{ ( }}",
        "{{ (.a }}",
        "{{ .a | }}",
        "{{ if }}{{ end }}",
        "{{ .a ) }}",
        "{{ ~ }}",
        "{{ , }}",
        "{{ if .a }}" * 50 + "{{ end }}" * 50,
        "{{ " + "(" * 60 + "1" + ")" * 60 + " }}",
    ],
)
def test_a_template_that_is_not_understood_is_refused_and_leaves_open(text: str) -> None:
    with pytest.raises(Unparsable) as caught:
        parse_text(text)
    assert caught.value.opens


@pytest.mark.parametrize(
    "text",
    [
        '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        "{{ range .Values.name }}{{ end }}",
        "{{ break }}",
        '{{ define "a" }}{{ break }}{{ end }}{{ include "a" . }}',
        "{{ range until 1001 }}x{{ end }}",
        '{{ $x := repeat 600000 "x" }}{{ $x }}{{ $x }}',
    ],
)
def test_what_cannot_be_carried_out_is_a_fault(text: str) -> None:
    with pytest.raises(Fault):
        rendered(text, steps=10_000_000)


def test_work_is_limited_by_its_amount() -> None:
    text = "{{ range until 999 }}{{ range until 999 }}{{ range until 999 }}x{{ end }}{{ end }}{{ end }}"
    with pytest.raises(Spent):
        rendered(text)


def test_a_mapping_that_holds_itself_ends() -> None:
    assert rendered('{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}{{ deepCopy $d }}') == MARK * 2
    assert MARK in rendered('{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d }}')


@pytest.mark.parametrize(
    "value",
    [
        {"a": {"b": [1, {"c": "x: y"}, []]}, "e": {}, "f": None, "g": True, "h": "true", "i": 1.5, "n": "no"},
        [["a"], [{"b": "c"}]],
        "text\nof two lines",
        {"odd key: #": "- x", "on": "010"},
    ],
)
def test_a_value_written_as_yaml_reads_as_the_same_value(value: Value) -> None:
    assert parsed_yaml(yaml_of(value, Budget(1000)), Budget(1000)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("-2", -2),
        ("0644", 420),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("yes", True),
        ("off", False),
        ("~", None),
        ("1.2.3", "1.2.3"),
        ("08", 8),
        ("'1'", "1"),
        ("0xZZ", "0xZZ"),
        ("5m", "5m"),
        ("!vault x", UNKNOWN),
        ("{<<: {a: 1, b: 1}, b: 2}", {"a": 1, "b": 2}),
        ("1_000", "1_000"),
    ],
)
def test_a_scalar_has_the_type_that_yaml_1_1_gives_it(text: str, expected: Value) -> None:
    assert parsed_yaml(text, Budget(1000)) == expected


@pytest.mark.parametrize(
    ("constraint", "version", "expected"),
    [
        (">=1.19-0", "v1.31.0", True),
        ("<1.19-0", "1.31.0", False),
        (">1.30, <1.32", "1.31.4", True),
        ("^1.2.0", "1.9.1", True),
        ("^1.2.0", "2.0.0", False),
        ("~1.2.3", "1.2.9", True),
        ("~1.2", "1.3.0", False),
        ("1.x", "1.31.0", True),
        ("=1.31", "1.31.2", True),
        ("!=1.31", "1.31.2", False),
        ("<=1.31", "1.31.2", True),
        ("<1 || >= 1.30", "1.31.0", True),
        (">1.31", "1.31.2", False),
    ],
)
def test_versions_are_compared_as_helm_does(constraint: str, version: str, expected: bool) -> None:
    assert semver_holds(constraint, version) is expected


@pytest.mark.parametrize(("constraint", "version"), [(">=1.y", "1.2"), (">=1", "latest"), ("foo", "1.2.3")])
def test_what_is_no_version_is_not_compared(constraint: str, version: str) -> None:
    with pytest.raises(Fault):
        semver_holds(constraint, version)


@pytest.mark.parametrize(
    ("value", "expected"), [(f"a{MARK}", True), (MARK, None), (f" {MARK}", None), (0, False), ([], False)]
)
def test_a_text_that_is_known_in_part_is_true_where_that_part_shows(
    value: Value, expected: bool | None
) -> None:
    assert truth(value) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  b: 1\n  ?\n", "a:\n  b: 1\n  ?: ?\n"),
        ("a:\n  ?\n  b: 1\n", "a:\n  ?: ?\n  b: 1\n"),
        ("a:\n  - b:\n      c\n  ?\n", "a:\n  - b:\n      c\n  - ?\n"),
        ("a:\n  - b: 1\n    ?\n", "a:\n  - b: 1\n    ?: ?\n"),
        ("a:\n  ?\nb: 1\n", "a:\n  ?\nb: 1\n"),
        ("a:\n  ?\n  ?\n", "a:\n  ?\n  ?\n"),
        ("?", "?"),
        ("  ?\n" + "\n" * 300, "  ?\n" + "\n" * 300),
    ],
)
def test_a_mark_on_a_line_of_its_own_takes_the_shape_of_what_stands_beside_it(
    text: str, expected: str
) -> None:
    assert shaped(text.replace("?", MARK)) == expected.replace("?", MARK)


def test_nothing_takes_the_shape_of_nothing() -> None:
    assert mark_for("") == MARK


def test_every_line_is_from_the_line_of_its_first_visible_character() -> None:
    text = (
        "a: 1\n{{- if true }}\nb: 2\n{{- end }}\n{{ toYaml .m | nindent 2 }}\n\n{{ $x := 1 -}}\nc: {{ .m }}\n"
    )
    template = parse_text(text)
    out = Engine({}, Budget(1000)).rendered(template.body, {"m": {"x": 1, "z": 2}})
    numbered = dict(zip(out.text.split("\n"), out.lines(), strict=True))
    assert {key: numbered[key] for key in ("a: 1", "b: 2", "  x: 1", "  z: 2", "c: map[x:1 z:2]")} == {
        "a: 1": 1, "b: 2": 3, "  x: 1": 5, "  z: 2": 5, "c: map[x:1 z:2]": 8,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{{ indent 2 "a" }}{{ println "x" 1 }}', "  ax 1\n"),
        ('{{ trimAll "$" "$5$" }}{{ trimPrefix "v" "v1" }}{{ trim " x " }}{{ trunc -2 "abc" }}', "51xbc"),
        ("{{ ne 1 2 }}{{ lt 1 2 }}{{ le 2 1 }}{{ gt 2 1 }}{{ ge 1 2 }}", "truetruefalsetruefalse"),
        ('{{ eq true true }}{{ eq 1 2 1 }}{{ eq "a" "b" }}', "truetruefalse"),
        ('{{ untitle "Xy" }}{{ snakecase "aB c" }}{{ substr 1 3 "abcd" }}', "xya_b_cbc"),
        ('{{ substr 2 -1 "abcd" }}', "cd"),
        ('{{ contains "b" "abc" }}{{ hasPrefix "a" "abc" }}{{ hasSuffix "a" "abc" }}', "truetruefalse"),
        ('{{ toString 5 }}{{ list 1 2 | toStrings | join "-" }}{{ join "," "x" }}', "51-2x"),
        ('{{ int64 5.9 }}{{ int .Values.none }}{{ int "x" }}{{ int true }}{{ add1 1 }}', "50012"),
        ('{{ float64 "1.5" }}{{ min 3 1 2 }}{{ untilStep 0 6 2 }}', "1.51[0 2 4]"),
        ("{{ until 2 | rest }}{{ until 3 | initial }}{{ prepend (list 1) 0 }}", "[1][0 1][0 1]"),
        ('{{ uniq (list 1 1 2) }}{{ compact (list "" 1) }}{{ list 1 | last }}', "[1 2][1]1"),
        ('{{ $d := dict "a" 1 }}{{ $_ := unset $d "a" }}{{ len $d }}', "0"),
        ('{{ pluck "a" (dict "a" 5) dict | first }}', "5"),
        ("{{ kindOf 1 }}{{ kindOf 1.5 }}{{ kindOf true }}{{ kindOf nil }}", "int64float64boolinvalid"),
        ('{{ fromYamlArray "- a" | first }}{{ (fromJson "{\\"a\\": 1}").a }}{{ base "a/b" }}', "a1b"),
        ('{{ slice (list 1 2) 1 }}{{ list | first | default "n" }}{{ empty 1 }}', "[2]nfalse"),
        ('{{ $x := deepCopy .Values.deep }}{{ $_ := set $x "inner" 1 }}{{ .Values.deep.inner.x }}', "y"),
        ('{{ merge (dict "a" (dict "b" 1)) (dict "a" (dict "c" 2)) | toJson }}', '{"a":{"b":1,"c":2}}'),
        ('{{ get (dict "a" "x") "b" }}{{ repeat 2 "ab" }}{{ dict "a" | toJson }}', 'abab{"a":""}'),
        ("{{ coalesce .Values.none .Values.off | kindOf }}", "invalid"),
        ('{{ if eq .Values.none "x" }}a{{ else }}b{{ end }}{{ and 1 2 }}{{ or 0 "" "z" }}', "b2z"),
        ('{{ 0 | or 5 }}{{ (index .Values "deep").inner.x }}{{ $.Values.deep.inner.x }}', "5yy"),
        ("{{ range 2 }}{{ . }}{{ end }}{{ with $x := .Values.name }}{{ $x }}{{ end }}", "01web"),
        ("{{ $f := randAlpha 5 }}{{ if true }}{{ $g := $f }}{{ end }}x", "x"),
        ("{{ range $v := .Values.list }}{{ $v }}{{ end }}{{ $list := list }}{{ $list }}", "ab[]"),
    ],
)
def test_further_functions_give_what_they_give_in_helm(text: str, expected: str) -> None:
    assert rendered(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ternary 1 2 .Values.secret", "coalesce .Values.secret 1", "empty .Values.secret",
        'trimSuffix "-" .Values.secret', "trunc 5 .Values.secret", 'hasKey .Values.secret "a"',
        'get .Values.secret "a"', "keys .Values.secret", "values .Values.secret", 'pick .Values.secret "a"',
        'omit .Values.secret "a"', 'pluck "a" .Values.secret', "merge .Values.secret dict",
        "mergeOverwrite dict .Values.secret", 'dig "a" "b" .Values.secret', 'join "," .Values.secret',
        "has 1 .Values.secret", 'has "a" (list .Values.secret)', "int .Values.secret",
        'kindIs "map" .Values.secret', "concat .Values.secret list", "append .Values.secret 1",
        "prepend .Values.secret 1", "first .Values.secret", "toYaml .Values.secret", "eq 1 .Values.secret",
        'set .Values.secret "a" 1', "dict .Values.secret 1", 'unset .Values.secret "a"',
        "printf .Values.secret", 'hasKey 1 "a"', "concat 1 2", "eq (list 1) 1", 'kindIs "int" 1',
        'indent 200 (repeat 9000 "\\n")', 'replace "a" (repeat 2000 "b") (repeat 2000 "a")',
        "mul 9999999999 9999999999", 'regexMatch (repeat 501 "a") "a"', ".Release.Name.Deeper",
        'printf "%x" 5', 'printf "%1234s" "a"', 'printf "%d" "a"', "include .Values.secret .",
        'tpl "{{ break }}" .', ".Capabilities.APIVersions.Has 1",
        'print (repeat 900000 "x") (repeat 900000 "x")',
        'upper (print "a" .Values.secret)', 'trunc 1 5',
    ],
)  # fmt: skip
def test_a_function_that_cannot_tell_gives_an_unknown_value(text: str) -> None:
    assert rendered(f"{{{{ {text} }}}}", steps=10_000_000) == MARK


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{{ $d := dict "a" 1 }}{{ $_ := set $d .Values.secret 1 }}{{ $d.a }}', MARK),
        ('{{ toJson (dict "a" .Values.secret) }}', f'{{"a":"{MARK}"}}'),
        ("{{ squote .Values.secret }}", f"'{MARK}'"),
        ("{{ if .Values.secret }}{{ range .Values.name }}{{ end }}{{ end }}", MARK),
        ("{{ if .Values.secret }}{{ range .Values.list }}{{ break }}{{ end }}{{ end }}x", "x"),
        ("{{ range .Values.list }}{{ if $.Values.secret }}{{ break }}{{ end }}{{ end }}", MARK * 2),
        ('{{ if .Capabilities.APIVersions.Has "v1/Pod" }}a{{ end }}', "a"),
        ("{{ with .Values.secret }}a{{ .b }}{{ end }}", MARK),
        ("{{ if .Values.secret }}{{ if .Values.off }}a{{ end }}{{ else }}{{ end }}b", "b"),
        ("{{ range $a, $b := .Values.secret }}{{ $a }}{{ end }}", MARK),
        ("{{ if .Values.secret }}{{ $d := dict }}{{ $_ := set $d .Values.secret 1 }}{{ end }}b", "b"),
    ],
)
def test_what_is_known_in_part_stays_known_in_part(text: str, expected: str) -> None:
    assert rendered(text) == expected


def test_templates_and_parentheses_that_lie_deep_end() -> None:
    deep = "{{ if true }}" * 39 + "x" + "{{ end }}" * 39
    assert rendered(deep) == "x"
    step = '{{ define "tA" }}{{ include "tB" . }}{{ end }}'
    chain = "".join(step.replace("A", str(n)).replace("B", str(n + 1)) for n in range(60))
    with pytest.raises(Fault):
        rendered(chain + '{{ include "t0" . }}')


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("2G", "2G"),
        ("2", '"2"'),
        ("1e3", '"1e3"'),
        ("a b", "a b"),
        ("a: b", '"a: b"'),
        ("http://x:80", "http://x:80"),
        ("a #b", '"a #b"'),
        ("a:", '"a:"'),
        ("true", '"true"'),
        ("", '""'),
        ("-", '"-"'),
        ("1.2.3", "1.2.3"),
    ],
)
def test_a_text_is_quoted_only_where_yaml_would_take_it_for_something_else(value: str, written: str) -> None:
    assert yaml_of(value, Budget(100)) == written
    assert parsed_yaml(written, Budget(100)) == value

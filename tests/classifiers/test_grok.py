"""Grok: what its patterns mean, and what is said of those that mean nothing."""

from __future__ import annotations

import pickle
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gluepot.classifiers.chain import classify
from gluepot.classifiers.grok import GrokClassifier, TooSlow, compile_grok, explain_lines
from gluepot.classifiers.grok.library.all import library
from gluepot.classifiers.sample import Classification, Sample
from gluepot.errors import InvalidInput

# [doc] What Glue publishes.
GLUES_NAMES = """
USERNAME USER INT BASE10NUM NUMBER BASE16NUM BASE16FLOAT BOOLEAN POSINT NONNEGINT WORD NOTSPACE SPACE DATA GREEDYDATA QUOTEDSTRING UUID
MAC CISCOMAC WINDOWSMAC COMMONMAC IPV6 IPV4 IP HOSTNAME HOST IPORHOST HOSTPORT PATH UNIXPATH TTY WINPATH URIPROTO URIHOST URIPATH
URIPARAM URIPATHPARAM URI MONTH MONTHNUM MONTHNUM2 MONTHDAY DAY YEAR HOUR MINUTE SECOND TIME DATE_US DATE_EU DATESTAMP_US DATESTAMP_EU
ISO8601_TIMEZONE ISO8601_SECOND TIMESTAMP_ISO8601 TZ DATESTAMP_RFC822 DATESTAMP_RFC2822 DATESTAMP_OTHER DATESTAMP_EVENTLOG CISCOTIMESTAMP
SYSLOGTIMESTAMP PROG SYSLOGPROG SYSLOGHOST SYSLOGFACILITY HTTPDATE QS SYSLOGBASE MESSAGESLOG COMMONAPACHELOG COMBINEDAPACHELOG
COMMONAPACHELOG_DATATYPED LOGLEVEL
""".split()


def taken(pattern: str, line: str, custom: str = "") -> dict[str, str | None] | None:
    grok = compile_grok(pattern, custom)
    values = grok.match(line)
    return None if values is None else dict(zip((name for name, _ in grok.columns), values, strict=True))


def of(classifier: GrokClassifier, text: str) -> Classification:
    return classify(Sample("key", len(text), text.encode()), classifiers=[classifier])


def test_every_pattern_compiles_and_those_that_glue_publishes_are_there() -> None:
    for name in library():
        compile_grok(f"%{{{name}}}")

    assert set(GLUES_NAMES) <= library().keys()


def test_fields_become_columns_of_glues_types() -> None:
    grok = compile_grok(
        "%{WORD:Verb} %{INT:a:byte} %{INT:b:short} %{INT:c:int} %{INT:d:long} %{NUMBER:e:float} %{NUMBER:f:double} %{BOOLEAN:g:boolean}"
    )

    assert grok.columns == (
        ("verb", "string"),
        ("a", "tinyint"),
        ("b", "smallint"),
        ("c", "int"),
        ("d", "bigint"),
        ("e", "float"),
        ("f", "double"),
        ("g", "boolean"),
    )
    assert grok.match("GET 1 2 3 4 5.5 6.5 true") == ("GET", "1", "2", "3", "4", "5.5", "6.5", "true")


@pytest.mark.parametrize(
    ("pattern", "line", "values"),
    [
        ("%{INT:UNWANTED} %{INT:n}", "1 2", {"n": "2"}),
        ("%{IP:[source][ip]}", "from 10.0.0.1", {"source_ip": "10.0.0.1"}),
        ("%{HTTPDATE:at;date;dd/MMM/yyyy:HH:mm:ss Z}", "10/Oct/2000:13:55:36 -0700", {"at": "10/Oct/2000:13:55:36 -0700"}),
        ("%{Bytes:bytes=%{NUMBER}|-}", "-", {"bytes": "-"}),
        (r"(?<hash>\h{4}) (?P<rest>.*)", "beef and", {"hash": "beef", "rest": "and"}),
        (r"(?<a>x)|(?<b>y)", "y", {"a": None, "b": "y"}),
        (r"(?:%{INT:n}|none %{WORD:n})", "none here", {"n": "here"}),
        (r"(?<q>(['\"]).*?\2)".replace("2", "1"), "say 'it' now", {"q": "'it'"}),
        (r"(?<w>\w+) \k<w> (?<last>\w+)", "a a b", {"w": "a", "last": "b"}),
        (r"a(?i)b (?<c>C)", "aB c", {"c": "c"}),
        (r"(?>a++)(?<!b)(?<c>c*+)", "aacc", {"c": "cc"}),
        (r"[[:alpha:]&&[^x]]+(?<n>[\h]+)", "zz09", {"n": "09"}),
        (r"\Q[1]\E (?<n>\d+)(?#the number)", "[1] 2", {"n": "2"}),
    ],
)
def test_the_ways_of_writing_it(pattern: str, line: str, values: dict[str, str | None]) -> None:
    assert taken(pattern, line) == values


def test_custom_patterns_come_a_line_each_and_hide_the_librarys() -> None:
    custom = "# our own\nORDER [A-Z]{2}-%{INT}\n\nWORD [a-z]+"

    assert taken("%{ORDER:id} %{WORD:what}", "AB-12 Xpaid", custom) is None
    assert taken("%{ORDER:id} %{WORD:what}", "AB-12 paid", custom) == {"id": "AB-12", "what": "paid"}


@pytest.mark.parametrize(
    ("pattern", "custom", "message"),
    [
        ("%{NOPE:x}", "", "refers to the pattern NOPE, which does not exist. Define it"),
        ("%{GREEDYDAT:x}", "", "Did you mean GREEDYDATA"),
        ("%{A}", "A x%{B}\nB %{A}", "refers to itself .A → B → A"),
        ("%{INT:x} %{INT:X}", "", "the field x is filled twice by one match: rename"),
        ("%{INT:x:integer}", "", "type 'integer'; the types are byte, boolean"),
        ("%{A:x}", "A (", "pattern A has an opening parenthesis"),
        ("x)", "", "closing parenthesis too many"),
        ("[a", "", "without its closing bracket"),
        ("%{INT:x", "", "without its closing brace"),
        ("%{INT x}", "", "which is not %{NAME}"),
        ("a\\", "", "lone backslash"),
        ("(?<x>a)(?1)", "", "recursion and conditions are not allowed"),
        (r"(?<x>a)\g<x>", "", "recursion is not allowed"),
        (r"\k<x>", "", "which does not stand before it"),
        ("*a", "", "is no regular expression: nothing to repeat"),
        ("(((a{1000}){1000}){1000})", "", "unrolls to 1,000,000 items"),
        ("", "", "1 to 2048 characters"),
        ("a" * 2049, "", "1 to 2048 characters"),
        ("a", "A" + "b" * 16_000, "may have 16,000 characters"),
        ("a", "A\n", "Line 1 of the custom grok patterns is not a name"),
        ("a", "A x\nA y", "defined twice, the second time on line 2"),
        ("%{A0}", "\n".join(f"A{n} %{{A{n + 1}}}%{{A{n + 1}}}" for n in range(30)) + "\nA30 x", "more than 400,000 characters"),
        ("(" * 1000 + ")" * 1000, "", "too deep"),
    ],
)
def test_a_pattern_that_means_nothing_is_told_with_its_cure(pattern: str, custom: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        compile_grok(pattern, custom)


@pytest.mark.parametrize("pattern", ["(a|aa)+$", r"(\w+\s?)+[:;]", "(a+)+[bx]"])
def test_a_catastrophic_pattern_is_cut_off_at_its_limit_and_told_so(pattern: str) -> None:
    started = time.perf_counter()
    with pytest.raises(TooSlow, match=r"cut off: .*write"):
        compile_grok(f"{pattern}(?<x>.)").match("a" * 5000 + "!", time_limit=0.05)

    assert time.perf_counter() - started < 2.0


def test_a_line_says_how_far_it_came_and_what_was_expected() -> None:
    good, bad, blank = explain_lines(
        "%{COMMONAPACHELOG}", ['1.2.3.4 - - [01/Jan/2024:00:00:00 +0000] "GET / HTTP/1.1" 200 5', "1.2.3.4 - - [yesterday]", ""]
    )

    assert (good.matched, good.values["clientip"]) == (True, "1.2.3.4")
    assert str(bad) == "line 2 matched up to column 13: 'yesterday]' stands where %{HTTPDATE:timestamp} was expected"
    assert str(blank) == "line 3 did not match from its beginning: the line ends where %{IPORHOST:clientip} was expected"


def test_a_custom_grok_classifier_makes_a_table_of_its_lines() -> None:
    classifier = GrokClassifier("orders", "orderlog", "%{ORDER:id} %{NUMBER:total:double}", "ORDER [A-Z]{2}-[0-9]+")
    found = of(classifier, "AB-1 2.50\n\nAB-2 3.00\njunk\nCD-3 1\nCD-4 9\n")

    assert found.format.classification == "orderlog"
    assert found.declared == (("id", "string"), ("total", "double"))
    assert dict(found.format.options) == {"grokPattern": classifier.pattern, "grokCustomPatterns": classifier.custom_patterns}
    assert found.tried[0].certainty == 1.0
    assert found.evidence["grok"]["matched"] == 4
    assert "line 4" in found.evidence["grok"]["first_unmatched"]
    assert pickle.loads(pickle.dumps(classifier)) == classifier


def test_too_few_lines_are_a_refusal_with_their_number_and_the_first_that_stopped() -> None:
    found = of(GrokClassifier("n", "n", "^%{WORD:a}=%{INT:b}"), "x=1\nx=y\nx=z\n")

    assert found.format.classification == "UNKNOWN"
    assert found.tried[0].reason == "1 of 3 lines match the pattern; line 2 matched up to column 2: 'y' stands where %{INT:b} was expected"


def test_a_stack_trace_belongs_to_the_entry_above_it() -> None:
    trace = "2024-01-01 10:00:00 ERROR failed\njava.lang.X: no\n\tat a.B.c(D.java:1)\n\tat a.B.d(D.java:2)\n\tat a.B.e(D.java:3)\n"
    entry = "2024-01-01 10:00:01 INFO fine\n"

    found = of(GrokClassifier("app", "app", "%{TIMESTAMP_ISO8601:at} %{LOGLEVEL:level} %{GREEDYDATA:message}"), trace + entry * 3)

    assert found.evidence["grok"] | {"pattern": "", "first_unmatched": ""} == {
        "lines": 5,
        "matched": 4,
        "pattern": "",
        "first_unmatched": "",
    }


def test_a_slow_pattern_refuses_an_object_within_its_limit() -> None:
    found = of(GrokClassifier("slow", "slow", "(a|aa)+$(?<x>.)"), ("a" * 3000 + "!\n") * 100)

    assert "line 1: the grok pattern took longer than 0.25 s over one line" in found.tried[0].reason


def test_bytes_that_are_no_text_are_refused() -> None:
    answer = classify(Sample("k", 4, b"\x00\x01\x02\xff"), classifiers=[GrokClassifier("g", "g", "%{DATA:x}")])

    assert answer.tried[0].reason == "the bytes are not text"


_PIECES = st.sampled_from(
    [
        *"()[]{}|*+?.^$\\-&~<>:;=%', 0a",
        "%{",
        "%{INT",
        ":x",
        "}",
        "(?",
        "(?<",
        "(?<n>",
        "(?i",
        "\\h",
        "\\k<n>",
        "\\1",
        "\\Q",
        "[[:",
        "{1,3}",
        "{0,",
    ]
)


@given(st.lists(_PIECES, max_size=14).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_pattern_that_judges_lines_or_is_refused(pattern: str) -> None:
    try:
        verdicts = explain_lines(pattern, ["a 0 (x) [y]", "", "aaaaaaaaaaaaaaaaaaaaaaaa"], time_limit=0.2)
    except InvalidInput:
        return
    assert all(verdict.matched or verdict.expected or verdict.problem for verdict in verdicts)

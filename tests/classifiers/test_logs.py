"""The logs that Glue knows by itself, and what is not to be taken for one."""

from __future__ import annotations

import pytest

from gluepot.classifiers.chain import classify
from gluepot.classifiers.grok import compile_grok
from gluepot.classifiers.sample import Classification, Sample

COMMON = '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326'
APACHE = "clientip ident auth timestamp verb request httpversion rawrequest response bytes"
IIS = "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs(User-Agent) sc-status\n"


def of(text: str, whole: bool = True) -> Classification:
    return classify(Sample("key", len(text), text.encode(), whole=whole))


def row(found: Classification, line: str) -> dict[str, str | None]:
    grok = compile_grok(dict(found.format.options)["grokPattern"])
    return dict(zip((name for name, _ in grok.columns), grok.match(line) or (), strict=True))


@pytest.mark.parametrize(
    ("classification", "line", "columns"),
    [
        ("combined_apache", f'{COMMON} "http://a.b/c?d=\\"e\\"" "Mozilla/5.0 (X11)"', f"{APACHE} referrer agent"),
        ("combined_apache", '2001:db8::1 - - [01/Jan/2024:00:00:00 +0000] "\\x16\\x03\\x01" 400 - "-" "-"', f"{APACHE} referrer agent"),
        ("apache", COMMON, APACHE),
        ("apache", 'host.example - a@b.org [10/Oct/2000:13:55:36 -0700] "-" 408 -', APACHE),
        (
            "linux_kernel",
            "Jan  1 00:00:01 box kernel: [    0.000000] Linux version 6.1",
            "priority timestamp logsource program pid uptime message",
        ),
        (
            "linux_kernel",
            "<34>Oct 11 22:14:15 box com.apple.xpc[1] (com.apple.x): started",
            "priority timestamp logsource program pid uptime message",
        ),
        ("linux_kernel", "[    0.000000] Linux version 6.1", "priority timestamp logsource program pid uptime message"),
        (
            "microsoft_log",
            "192.168.114.201, -, 03/20/01, 7:55:20, W3SVC2, SALES1, 172.21.13.45, 4502, 163, 3223, 200, 0, GET, /DeptLogo.gif, -,",
            "client_ip user date time service server server_ip time_taken bytes_received bytes_sent status windows_status verb target parameters",
        ),
        (
            "ruby_logger",
            "I, [1999-03-03T02:34:24.895701 #19074]  INFO -- Main: info.",
            "severity timestamp pid loglevel progname message",
        ),
        (
            "squid",
            "1286536308.779    180 192.168.0.224 TCP_MISS/200 411 GET http://a.b/c - DIRECT/1.2.3.4 text/html",
            "timestamp duration client_address cache_result status_code bytes request_method url user hierarchy_code server content_type",
        ),
        ("redismonlog", '1339518083.107412 [0 127.0.0.1:60866] "set" "x" "6"', "timestamp database client command params"),
        ("redislog", "4018:M 14 Nov 2023 07:01:22.119 * Background saving terminated with success", "pid role timestamp level message"),
        ("redislog", "[4018] 14 Nov 07:01:22.119 * Background saving terminated with success", "pid role timestamp level message"),
    ],
)
def test_a_log_is_known_and_its_fields_are_its_columns(classification: str, line: str, columns: str) -> None:
    found = of(f"{line}\n" * 3)

    assert found.format.classification == classification
    assert found.declared == tuple((name, "string") for name in columns.split())
    assert found.tried[-1].certainty == 1.0
    assert any(row(found, line).values())


def test_the_fields_line_of_iis_names_the_columns() -> None:
    found = of(IIS + "2024-01-01 00:00:01 10.0.0.1 GET Mozilla/5.0+(X11) 200\n" * 2)

    assert found.format.classification == "microsoft_log"
    assert [name for name, _ in found.declared] == ["date", "time", "s_ip", "cs_method", "cs_user_agent", "sc_status"]


def test_junk_and_stack_traces_do_not_spoil_a_log() -> None:
    entry = "E, [2024-01-01T00:00:00.000000 #1] ERROR -- : failed\n"
    found = of("# Logfile created on 2024-01-01 by logger.rb\n" + (entry + "\tfrom a.rb:1:in `b'\n\tfrom a.rb:2:in `c'\n") * 5)

    assert found.format.classification == "ruby_logger"
    assert found.evidence["grok"]["lines"] == 6
    assert found.evidence["grok"]["first_unmatched"].startswith("line 1 did not match from its beginning")


def test_a_log_of_which_too_few_lines_match_says_how_many() -> None:
    found = of(f"{COMMON}\nand then\nthree other lines\nof which nothing is known\n")

    reason = {verdict.classifier: verdict.reason for verdict in found.tried}["apache"]
    assert reason == ("1 of 4 lines match the pattern; line 2 matched up to column 8: the line ends where ' ' was expected")


def test_the_sample_may_cut_the_last_line() -> None:
    assert of(f"{COMMON}\n{COMMON}\n{COMMON[:50]}", whole=False).evidence["grok"]["matched"] == 2


def test_a_table_whose_cells_hold_log_lines_is_none() -> None:
    text = "id;line\n" + "".join(f"{number};{COMMON}\n" for number in range(20))

    assert of(text).format.classification == "csv"

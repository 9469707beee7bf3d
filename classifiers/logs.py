"""The eight log formats that Glue knows by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .inference.names import column_name
from .sample import Hint, Match, Rejection, Sample

_FIRST = 8  # lines, one of which must bear the sign
_FIRST_BYTES = 4096  # that they are looked for in
_JUDGED = 60  # lines held against the pattern: its columns are known, only the share that match is not


@dataclass(frozen=True, slots=True)
class Log:
    """A log by grok. Its sign, looked for in the first lines, keeps other files from paying for the pattern."""

    name: str
    sign: re.Pattern[bytes]
    pattern: str

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise a log by the share of its lines that match from their beginning."""
        if not any(map(self.sign.match, _first_lines(sample.head[:_FIRST_BYTES]))):
            return _FOREIGN
        from .grok.classifier import judge, match_of, text_lines
        from .grok.pattern import compile_grok

        lines = text_lines(sample)
        if isinstance(lines, Rejection):
            return lines
        grok = compile_grok("^" + self.pattern)
        return match_of(sample, self.name, judge(grok, lines[:_JUDGED]), grok, self.pattern)


@lru_cache(maxsize=1)  # all the logs ask for the same
def _first_lines(head: bytes) -> list[bytes]:
    return head.split(b"\n", _FIRST)[:_FIRST]


@dataclass(frozen=True, slots=True)
class MicrosoftLog:
    """IIS: its own format, and W3C's, whose #Fields line says what the columns are."""

    name: str = "microsoft_log"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise a log of IIS."""
        if not sample.head.startswith((b"#Software: Microsoft", b"\xef\xbb\xbf#Software: Microsoft")):
            return _IIS.classify(sample, hint)
        from .grok.classifier import judge, match_of, text_lines
        from .grok.pattern import compile_grok

        lines = text_lines(sample)
        if isinstance(lines, Rejection):
            return lines
        fields: list[str] = next((line.split()[1:] for _, line in lines if line.startswith("#Fields:")), list[str]())
        if not fields:
            return Rejection("it has no #Fields line")
        names = [column_name(re.sub(r"\W+", "_", field).strip("_"), place) for place, field in enumerate(fields)]
        if len(set(names)) < len(names):
            return Rejection("its #Fields line names a column twice")
        grok = compile_grok("^" + " ".join(f"%{{NOTSPACE:{name}}}" for name in names) + "$")
        return match_of(sample, self.name, judge(grok, lines[:_JUDGED], comment="#"), grok)


_FOREIGN = Rejection("its first lines do not look like it")
_CLOCK = rb"\d\d:\d\d:\d\d"
_APACHE = re.compile(rb"(?=[^\n]*\[\d)\S+ \S+ [^\[\n]{1,300}\[\d{1,2}/[A-Za-z]{3}/\d{4}:" + _CLOCK)
_IIS = Log(
    "microsoft_log",
    re.compile(rb"[0-9A-Fa-f.:]+, [^,\n]*, \d{1,2}/\d{1,2}/\d{2,4}, \d{1,2}:\d\d:\d\d, "),
    r"%{IP:client_ip}, (?<user>[^,]*), %{DATE:date}, (?<time>%{HOUR}:%{MINUTE}:%{SECOND}), (?<service>[^,]*), (?<server>[^,]*), "
    r"(?<server_ip>[^,]*), %{INT:time_taken}, %{INT:bytes_received}, %{INT:bytes_sent}, %{INT:status}, %{INT:windows_status}, "
    r"(?<verb>[^,]*), (?<target>[^,]*), (?<parameters>[^,]*)",
)

# In Glue's order [doc]. The fields of the first two are those of Glue's patterns; of the others nothing is
# published [guess]. What is spelled out uses only names that Glue publishes, so that its own SerDe reads the tables.
LOGS = (
    Log("combined_apache", _APACHE, "%{COMBINEDAPACHELOG}"),
    Log("apache", _APACHE, "%{COMMONAPACHELOG}"),
    Log(
        "linux_kernel",
        re.compile(rb"(?:(?:<\d+>)?[A-Z][a-z]{2} [ \d]\d " + _CLOCK + rb" \S+ [^:\n]{1,80}:|\[ *\d+\.\d{6}\] )"),
        r"(?:(?:<%{NONNEGINT:priority}>)?%{SYSLOGTIMESTAMP:timestamp} %{SYSLOGHOST:logsource} (?<program>[^:\[]{1,80}?)(?:\[%{INT:pid}\])?(?: \([^)]*\))?:"
        r"|\[ *%{NUMBER:uptime}\])(?: %{GREEDYDATA:message})?",
    ),
    MicrosoftLog(),
    Log(
        "ruby_logger",
        re.compile(rb"[DIWEFA], \[\d{4}-\d\d-\d\dT"),
        r"(?<severity>[DIWEFA]), \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid}\] *%{WORD:loglevel} -- *%{DATA:progname}: %{GREEDYDATA:message}",
    ),
    Log(
        "squid",
        re.compile(rb"\d{9,10}\.\d{3} +-?\d+ \S+ [A-Z_]+/\d{3} "),
        r"%{NUMBER:timestamp} +%{INT:duration} %{NOTSPACE:client_address} %{WORD:cache_result}/%{INT:status_code} %{INT:bytes} "
        r"%{NOTSPACE:request_method} %{NOTSPACE:url} %{NOTSPACE:user} %{WORD:hierarchy_code}/%{NOTSPACE:server} %{NOTSPACE:content_type}",
    ),
    Log(
        "redismonlog",
        re.compile(rb'\d{9,10}\.\d{6} \[\d+ \S+\] "'),
        r'%{NUMBER:timestamp} \[%{INT:database} %{NOTSPACE:client}\] "%{DATA:command}"(?: %{GREEDYDATA:params})?$',
    ),
    Log(
        "redislog",
        re.compile(rb"(?:\[\d+\]|\d+:[XCSM]) \d\d? [A-Z][a-z]{2} (?:\d{4} )?" + _CLOCK),
        r"(?:\[%{POSINT:pid}\]|%{POSINT:pid}:(?<role>[XCSM])) "
        r"(?<timestamp>%{MONTHDAY} %{MONTH} (?:%{YEAR} )?%{TIME}) (?<level>[.\-*#])(?: %{GREEDYDATA:message})?",
    ),
)

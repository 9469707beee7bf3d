"""Syslog in its two forms (RFC 3164 and 5424), and what cron and PAM write there."""

from __future__ import annotations

_VALUE = r'"(?:\\.|[^\\"]++)*+"'

PATTERNS = {
    "PROG": r"[^\x00-\x20\[\]\x7f-\xff]+",
    "SYSLOGPROG": r"%{PROG:program}(?:\[%{INT:pid}\])?",
    "SYSLOGHOST": "%{IPORHOST}",
    "SYSLOGFACILITY": r"<%{NONNEGINT:facility}\.%{NONNEGINT:priority}>",
    "SYSLOGBASE": "%{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource} %{SYSLOGPROG}:",
    "MESSAGESLOG": "%{SYSLOGBASE} %{GREEDYDATA:message}",
    "SYSLOGBASE2": (
        "(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp})"
        "(?: %{SYSLOGFACILITY})?(?: %{SYSLOGHOST:logsource})?(?: %{SYSLOGPROG}:)?"
    ),
    "SYSLOGLINE": "%{SYSLOGBASE2} %{GREEDYDATA:message}",
    "SYSLOGPAMSESSION": (
        r"%{SYSLOGBASE} (?=%{GREEDYDATA:message})%{WORD:[system][auth][pam][module]}\(%{DATA:[system][auth][pam][origin]}\): "
        "session %{WORD:[system][auth][pam][session_state]} for user %{USERNAME:[user][name]}(?: by %{GREEDYDATA})?"
    ),
    "CRON_ACTION": "[A-Z ]+",
    "CRONLOG": r"%{SYSLOGBASE} \(%{USER:[user][name]}\) %{CRON_ACTION:[system][cron][action]} \(%{DATA:message}\)",
    # RFC 5424: printable ASCII without spaces.
    "SYSLOG5424PRINTASCII": r"[!-~]+",
    "SYSLOG5424PRI": "<%{NONNEGINT:priority:int}>",
    # One or more [id name="value" …]; what programs write instead is taken up to its bracket.
    "SYSLOG5424SD": rf"(?:\[[^\s\]\"=]+(?: +[^\s\]\"=]+={_VALUE})* *\])+|\[.*?\]+",
    "SYSLOG5424BASE": (
        "%{SYSLOG5424PRI}%{NONNEGINT:[system][syslog][version]} +(?:-|%{TIMESTAMP_ISO8601:timestamp}) +(?:-|%{IPORHOST:[host][hostname]}) +"
        "(?:-|%{SYSLOG5424PRINTASCII:[process][name]}) +(?:-|%{SYSLOG5424PRINTASCII:[process][pid]}) +"
        "(?:-|%{SYSLOG5424PRINTASCII:[event][code]}) +(?:-|%{SYSLOG5424SD:[system][syslog][structured_data]})?"
    ),
    "SYSLOG5424LINE": "%{SYSLOG5424BASE}(?: +%{GREEDYDATA:message})?",
}

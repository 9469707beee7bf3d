"""Network and service monitors: Zeek (once Bro) and Nagios."""

from __future__ import annotations

# --- Zeek: fields between tabs, '-' for what is not set, '(empty)' for what is empty -------------------

_TEXT = r"[^\t]+"


def _fields(*names: str) -> str:
    """Return the pattern of a line of fields: `name`, `name:type` or `name=PATTERN` with `?` where it may be unset."""
    return r"\t".join(_field(name) for name in names)


def _field(text: str) -> str:
    name, _, kind = text.partition("=")
    if not kind:
        return f"(?:-|(?<{name}>{_TEXT}))"
    pattern = f"%{{{kind.rstrip('?')}:{name}}}" if kind[0].isupper() else _NUMBERS[kind.rstrip("?")].format(name)
    return f"(?:-|{pattern})" if kind.endswith("?") else pattern


_NUMBERS = {"int": "%{{INT:{}:int}}", "long": "%{{INT:{}:long}}", "real": "%{{NUMBER:{}:double}}"}

_ENDS = (
    "timestamp=NUMBER",
    "[zeek][session_id]=NOTSPACE",
    "[source][ip]=IP",
    "[source][port]=int",
    "[destination][ip]=IP",
    "[destination][port]=int",
)
_HTTP_RESULT = (
    "[http][request][body][bytes]=long?",
    "[http][response][body][bytes]=long?",
    "[http][response][status_code]=int?",
    "[zeek][http][status_msg]",
    "[zeek][http][info_code]=int?",
    "[zeek][http][info_msg]",
)
_DNS_QUESTION = (
    "[dns][question][name]",
    "[zeek][dns][qclass]=int?",
    "[zeek][dns][qclass_name]",
    "[zeek][dns][qtype]=int?",
    "[dns][question][type]",
    "[zeek][dns][rcode]=int?",
    "[dns][response_code]",
    "[zeek][dns][aa]=ZEEK_BOOL",
    "[zeek][dns][tc]=ZEEK_BOOL",
    "[zeek][dns][rd]=ZEEK_BOOL",
    "[zeek][dns][ra]=ZEEK_BOOL",
    "[zeek][dns][z]=NONNEGINT",
    "[zeek][dns][answers]",
    "[zeek][dns][ttls]",
    "[zeek][dns][rejected]=ZEEK_BOOL?",
)
_CONNECTION = (
    "[network][transport]=WORD",
    "[network][protocol]",
    "[zeek][connection][duration]=real?",
    "[zeek][connection][orig_bytes]=long?",
    "[zeek][connection][resp_bytes]=long?",
    "[zeek][connection][state]",
    "[zeek][connection][local_orig]=ZEEK_BOOL?",
    "[zeek][connection][local_resp]=ZEEK_BOOL?",
    "[zeek][connection][missed_bytes]=long?",
    "[zeek][connection][history]",
    "[source][packets]=long?",
    "[source][bytes]=long?",
    "[destination][packets]=long?",
    "[destination][bytes]=long?",
)
_FILE = (
    "[zeek][files][session_ids]",
    "[zeek][files][source]",
    "[zeek][files][depth]=int?",
    "[zeek][files][analyzers]",
    "[file][mime_type]",
    "[file][name]",
    "[zeek][files][duration]=real?",
    "[zeek][files][local_orig]=ZEEK_BOOL?",
    "[zeek][files][is_orig]=ZEEK_BOOL?",
    "[zeek][files][seen_bytes]=long?",
    "[file][size]=long?",
    "[zeek][files][missing_bytes]=long?",
    "[zeek][files][overflow_bytes]=long?",
    "[zeek][files][timedout]=ZEEK_BOOL?",
    "[zeek][files][parent_fuid]",
    "[file][hash][md5]",
    "[file][hash][sha1]",
    "[file][hash][sha256]",
    "[zeek][files][extracted]",
)


def _hosts(field: str) -> str:
    """A set of addresses, of which the first is kept."""
    return rf"(?:-|%{{IP:{field}}}(?:,%{{IP}})*)"


ZEEK = {
    "ZEEK_BOOL": "[TF]",
    "ZEEK_DATA": _TEXT,
    "ZEEK_HTTP": _fields(
        *_ENDS,
        "[zeek][http][trans_depth]=int?",
        "[http][request][method]",
        "[url][domain]",
        "[url][original]",
        "[http][request][referrer]",
        "[http][version]=NUMBER?",
        "[user_agent][original]",
        "[zeek][http][origin]",
        *_HTTP_RESULT,
        "[zeek][http][tags]",
        "[url][username]",
        "[url][password]",
        "[zeek][http][proxied]",
        "[zeek][http][orig_fuids]",
        "[zeek][http][orig_filenames]",
        "[http][request][mime_type]",
        "[zeek][http][resp_fuids]",
        "[zeek][http][resp_filenames]",
        "[http][response][mime_type]",
    ),
    "ZEEK_DNS": _fields(*_ENDS, "[network][transport]=WORD", "[dns][id]=int?", "[zeek][dns][rtt]=real?", *_DNS_QUESTION),
    "ZEEK_CONN": _fields(*_ENDS, *_CONNECTION) + r"\t(?:-|(?<[zeek][connection][tunnel_parents]>[^\t]+))"
    r"(?:\t(?:-|%{COMMONMAC:[source][mac]})\t(?:-|%{COMMONMAC:[destination][mac]}))?",
    "ZEEK_FILES_TX_HOSTS": _hosts("[server][ip]"),
    "ZEEK_FILES_RX_HOSTS": _hosts("[client][ip]"),
    "ZEEK_FILES": (
        r"%{NUMBER:timestamp}\t%{NOTSPACE:[zeek][files][fuid]}\t%{ZEEK_FILES_TX_HOSTS}\t%{ZEEK_FILES_RX_HOSTS}\t"
        + _fields(*_FILE)
        + r"(?:\t(?:-|%{ZEEK_BOOL:[zeek][files][extracted_cutoff]})\t(?:-|%{INT:[zeek][files][extracted_size]:long}))?"
    ),
}

BRO = {
    "BRO_BOOL": "%{ZEEK_BOOL}",
    "BRO_DATA": "%{ZEEK_DATA}",
    "BRO_HTTP": _fields(
        *_ENDS,
        "[zeek][http][trans_depth]=int?",
        "[http][request][method]",
        "[url][domain]",
        "[url][original]",
        "[http][request][referrer]",
        "[user_agent][original]",
        *_HTTP_RESULT,
        "[zeek][http][filename]",
        "[zeek][http][tags]",
        "[url][username]",
        "[url][password]",
        "[zeek][http][proxied]",
        "[zeek][http][orig_fuids]",
        "[http][request][mime_type]",
        "[zeek][http][resp_fuids]",
        "[http][response][mime_type]",
    ),
    "BRO_DNS": _fields(*_ENDS, "[network][transport]=WORD", "[dns][id]=int?", *_DNS_QUESTION),
    "BRO_CONN": _fields(*_ENDS, *_CONNECTION, "[zeek][connection][tunnel_parents]"),
    "BRO_FILES": (
        r"%{NUMBER:timestamp}\t%{NOTSPACE:[zeek][files][fuid]}\t%{ZEEK_FILES_TX_HOSTS}\t%{ZEEK_FILES_RX_HOSTS}\t"
        # later versions write more fields behind these
        + _fields(*_FILE)
    ),
}

# --- Nagios: [seconds] KIND: parts between semicolons ----------------------------------------------------


def _alert(kind: str, *parts: str, rest: str = "message") -> str:
    return f"%{{NAGIOS_TYPE_{kind}:[nagios][log][type]}}: " + ";".join((*parts, f"%{{GREEDYDATA:{rest}}}" if rest else ""))


def _command(name: str, *parts: str) -> str:
    head = (f"%{{NAGIOS_TYPE_EXTERNAL_COMMAND:[nagios][log][type]}}: %{{NAGIOS_EC_{name}:[nagios][log][command]}}", *parts)
    return ";".join(head)


_PART = "(?<{}>[^;]*)"
_HOST = _PART.format("[host][hostname]")
_SERVICE = _PART.format("[service][name]")
_STATE = _PART.format("[service][state]")
_STATE_TYPE = _PART.format("[nagios][log][state_type]")
_USER = _PART.format("[user][name]")
_ATTEMPT = "%{INT:[nagios][log][attempt]:int}"
_NOTIFIED = _PART.format("[nagios][log][notification_command]")
_HANDLER = "%{GREEDYDATA:[nagios][log][event_handler_name]}"
_COMMENT = "[nagios][log][comment]"
_DOWNTIME = (
    "%{NUMBER:[nagios][log][start_time]}",
    "%{NUMBER:[nagios][log][end_time]}",
    "%{NUMBER:[nagios][log][fixed]}",
    "%{NUMBER:[nagios][log][trigger_id]}",
    "%{NUMBER:[nagios][log][duration]:int}",
    _USER,
    f"%{{GREEDYDATA:{_COMMENT}}}",
)

_KINDS = (
    "CURRENT SERVICE STATE|CURRENT HOST STATE|SERVICE NOTIFICATION|HOST NOTIFICATION|SERVICE ALERT|HOST ALERT|SERVICE FLAPPING ALERT"
    "|HOST FLAPPING ALERT|SERVICE DOWNTIME ALERT|HOST DOWNTIME ALERT|PASSIVE SERVICE CHECK|PASSIVE HOST CHECK|SERVICE EVENT HANDLER"
    "|HOST EVENT HANDLER|EXTERNAL COMMAND|TIMEPERIOD TRANSITION"
).split("|")
_COMMANDS = (
    "DISABLE_SVC_CHECK ENABLE_SVC_CHECK DISABLE_HOST_CHECK ENABLE_HOST_CHECK PROCESS_SERVICE_CHECK_RESULT PROCESS_HOST_CHECK_RESULT"
    " SCHEDULE_SERVICE_DOWNTIME SCHEDULE_HOST_DOWNTIME DISABLE_HOST_SVC_NOTIFICATIONS ENABLE_HOST_SVC_NOTIFICATIONS"
    " DISABLE_HOST_NOTIFICATIONS ENABLE_HOST_NOTIFICATIONS DISABLE_SVC_NOTIFICATIONS ENABLE_SVC_NOTIFICATIONS"
).split()

_LINES = {
    "NAGIOS_WARNING": "Warning:%{SPACE}%{GREEDYDATA:message}",
    "NAGIOS_CURRENT_SERVICE_STATE": _alert("CURRENT_SERVICE_STATE", _HOST, _SERVICE, _STATE, _STATE_TYPE, _ATTEMPT),
    "NAGIOS_CURRENT_HOST_STATE": _alert("CURRENT_HOST_STATE", _HOST, _STATE, _STATE_TYPE, _ATTEMPT),
    "NAGIOS_SERVICE_NOTIFICATION": _alert("SERVICE_NOTIFICATION", _USER, _HOST, _SERVICE, _STATE, _NOTIFIED),
    "NAGIOS_HOST_NOTIFICATION": _alert("HOST_NOTIFICATION", _USER, _HOST, _STATE, _NOTIFIED),
    "NAGIOS_SERVICE_ALERT": _alert("SERVICE_ALERT", _HOST, _SERVICE, _STATE, _STATE_TYPE, _ATTEMPT),
    "NAGIOS_HOST_ALERT": _alert("HOST_ALERT", _HOST, _STATE, _STATE_TYPE, _ATTEMPT),
    "NAGIOS_SERVICE_FLAPPING_ALERT": _alert("SERVICE_FLAPPING_ALERT", _HOST, _SERVICE, _STATE),
    "NAGIOS_HOST_FLAPPING_ALERT": _alert("HOST_FLAPPING_ALERT", _HOST, _STATE),
    "NAGIOS_SERVICE_DOWNTIME_ALERT": _alert("SERVICE_DOWNTIME_ALERT", _HOST, _SERVICE, _STATE, rest=_COMMENT),
    "NAGIOS_HOST_DOWNTIME_ALERT": _alert("HOST_DOWNTIME_ALERT", _HOST, _STATE, rest=_COMMENT),
    "NAGIOS_PASSIVE_SERVICE_CHECK": _alert("PASSIVE_SERVICE_CHECK", _HOST, _SERVICE, _STATE, rest=_COMMENT),
    "NAGIOS_PASSIVE_HOST_CHECK": _alert("PASSIVE_HOST_CHECK", _HOST, _STATE, rest=_COMMENT),
    "NAGIOS_SERVICE_EVENT_HANDLER": _alert("SERVICE_EVENT_HANDLER", _HOST, _SERVICE, _STATE, _STATE_TYPE, "", rest="")[:-2]
    + f";{_HANDLER}",
    "NAGIOS_HOST_EVENT_HANDLER": _alert("HOST_EVENT_HANDLER", _HOST, _STATE, _STATE_TYPE, "", rest="")[:-2] + f";{_HANDLER}",
    "NAGIOS_TIMEPERIOD_TRANSITION": (
        f"%{{NAGIOS_TYPE_TIMEPERIOD_TRANSITION:[nagios][log][type]}}: {_SERVICE};"
        "%{NUMBER:[nagios][log][period_from]:int};%{NUMBER:[nagios][log][period_to]:int}"
    ),
    "NAGIOS_EC_LINE_DISABLE_SVC_CHECK": _command("DISABLE_SVC_CHECK", _HOST, _SERVICE),
    "NAGIOS_EC_LINE_ENABLE_SVC_CHECK": _command("ENABLE_SVC_CHECK", _HOST, _SERVICE),
    "NAGIOS_EC_LINE_DISABLE_HOST_CHECK": _command("DISABLE_HOST_CHECK", _HOST),
    "NAGIOS_EC_LINE_ENABLE_HOST_CHECK": _command("ENABLE_HOST_CHECK", _HOST),
    "NAGIOS_EC_LINE_PROCESS_SERVICE_CHECK_RESULT": _command(
        "PROCESS_SERVICE_CHECK_RESULT", _HOST, _SERVICE, _STATE, "%{GREEDYDATA:[nagios][log][check_result]}"
    ),
    "NAGIOS_EC_LINE_PROCESS_HOST_CHECK_RESULT": _command(
        "PROCESS_HOST_CHECK_RESULT", _HOST, _STATE, "%{GREEDYDATA:[nagios][log][check_result]}"
    ),
    "NAGIOS_EC_LINE_DISABLE_HOST_SVC_NOTIFICATIONS": _command("DISABLE_HOST_SVC_NOTIFICATIONS", _HOST),
    "NAGIOS_EC_LINE_ENABLE_HOST_SVC_NOTIFICATIONS": _command("ENABLE_HOST_SVC_NOTIFICATIONS", _HOST),
    "NAGIOS_EC_LINE_DISABLE_HOST_NOTIFICATIONS": _command("DISABLE_HOST_NOTIFICATIONS", _HOST),
    "NAGIOS_EC_LINE_ENABLE_HOST_NOTIFICATIONS": _command("ENABLE_HOST_NOTIFICATIONS", _HOST),
    "NAGIOS_EC_LINE_DISABLE_SVC_NOTIFICATIONS": _command("DISABLE_SVC_NOTIFICATIONS", _HOST, _SERVICE),
    "NAGIOS_EC_LINE_ENABLE_SVC_NOTIFICATIONS": _command("ENABLE_SVC_NOTIFICATIONS", _HOST, _SERVICE),
    "NAGIOS_EC_LINE_SCHEDULE_HOST_DOWNTIME": _command("SCHEDULE_HOST_DOWNTIME", _HOST, *_DOWNTIME),
    "NAGIOS_EC_LINE_SCHEDULE_SERVICE_DOWNTIME": _command("SCHEDULE_SERVICE_DOWNTIME", _HOST, _SERVICE, *_DOWNTIME),
}

NAGIOS = {
    "NAGIOSTIME": r"\[%{NUMBER:timestamp}\]",
    **{f"NAGIOS_TYPE_{kind.replace(' ', '_')}": kind for kind in _KINDS},
    **{f"NAGIOS_EC_{command}": command for command in _COMMANDS},
    **_LINES,
    "NAGIOSLOGLINE": "%{NAGIOSTIME} (?:" + "|".join(f"%{{{name}}}" for name in _LINES) + ")",
}

PATTERNS = {**ZEEK, **BRO, **NAGIOS}

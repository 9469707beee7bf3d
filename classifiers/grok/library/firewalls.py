"""Firewalls: Cisco ASA by message number, NetScreen, Juniper SRX, and netfilter under Shorewall and SuSE."""

from __future__ import annotations

from .cut import cut

# --- Cisco ASA, from its catalogue of messages ------------------------------------------------------------

_ACTION = "%{CISCO_ACTION:[cisco][asa][outcome]}"
_DIRECTION = "%{CISCO_DIRECTION:[cisco][asa][network][direction]}"
_TRANSPORT = "%{WORD:[cisco][asa][network][transport]}"
_REASON = "%{CISCO_REASON:[event][reason]}"
_WHY = "%{GREEDYDATA:[event][reason]}"
_SRC, _SRC_PORT = "%{IP:[source][ip]}", "%{INT:[source][port]:int}"
_DST, _DST_PORT = "%{IP:[destination][ip]}", "%{INT:[destination][port]:int}"
_IN = "[observer][ingress][interface][name]"
_OUT = "[observer][egress][interface][name]"
_SRC_USER = r"(?:\(%{DATA:[source][user][name]}\))?"
_DST_USER = r"(?:\(%{DATA:[destination][user][name]}\))?"
_ICMP = r"\(type %{INT:[cisco][asa][icmp_type]:int}, code %{INT:[cisco][asa][icmp_code]:int}\)"
_HASHES = r"\[(?:0x)?[0-9A-Fa-f]+, (?:0x)?[0-9A-Fa-f]+\]"
_FAILOVER = r"\((?:Primary|Secondary)\) "
_PAYLOAD = "[cisco][asa][original_ip_payload]"
_TUNNEL = r"\((?:SPI|spi) ?= ?%{DATA:[cisco][asa][ipsec][spi]}\)"


def _interface(field: str) -> str:
    return f"%{{NOTSPACE:{field}}}"


def _endpoint(side: str, interface: str) -> str:
    """An interface, a colon and an address, and the user behind it."""
    return rf"%{{NOTSPACE:{interface}}}:%{{IP:[{side}][ip]}}(?:\(%{{DATA:[{side}][user][name]}}\))?"


def _endpoint_port(side: str, interface: str) -> str:
    """The same of an address or a host, with a port where the protocol has any."""
    return (
        rf"%{{NOTSPACE:{interface}}}:(?:%{{IP:[{side}][ip]}}|%{{HOSTNAME:[{side}][address]}})"
        rf"(?:/%{{INT:[{side}][port]:int}})?(?:\(%{{DATA:[{side}][user][name]}}\))?"
    )


CISCO = {
    "CISCO_TAGGED_SYSLOG": r"^<%{POSINT:[log][syslog][priority]:int}>%{CISCOTIMESTAMP:timestamp}(?: %{SYSLOGHOST:[host][hostname]})? ?: %%{CISCOTAG:[cisco][asa][tag]}:",
    "CISCOTIMESTAMP": "%{MONTH} +%{MONTHDAY}(?: %{YEAR})? %{TIME}",
    "CISCOTAG": r"[A-Z0-9]+-%{INT}-(?:[A-Z0-9_]+)",
    "CISCO_ACTION": (
        r"(?:Built|Teardown|Deny|Denied|denied|requested|permitted|denied by ACL|discarded|est-allowed|Dropping|created|deleted|monitored|deny)"
    ),
    "CISCO_REASON": (
        r"Duplicate TCP SYN|Failed to locate egress interface|Invalid transport field|No matching connection|DNS Response|DNS Query"
        r"|(?:%{WORD}(?:\s+%{WORD})*)?"
    ),
    "CISCO_DIRECTION": "Inbound|inbound|Outbound|outbound",
    "CISCO_INTERVAL": "first hit|%{INT}-second interval",
    "CISCO_XLATE_TYPE": "static|dynamic",
    "CISCO_HITCOUNT_INTERVAL": r"hit-cnt %{INT:[cisco][asa][hit_count]:int} (?:first hit|%{INT:[cisco][asa][interval]:int}-second interval)",
    "CISCO_SRC_IP_USER": _endpoint("source", _IN),
    "CISCO_DST_IP_USER": _endpoint("destination", _OUT),
    "CISCO_SRC_HOST_PORT_USER": _endpoint_port("source", _IN),
    "CISCO_DST_HOST_PORT_USER": _endpoint_port("destination", _OUT),
    "CISCOFW104001": rf"{_FAILOVER}Switching to ACTIVE - {_WHY}",
    "CISCOFW104002": rf"{_FAILOVER}Switching to STANDBY - {_WHY}",
    "CISCOFW104003": rf"{_FAILOVER}Switching to FAILED\.",
    "CISCOFW104004": rf"{_FAILOVER}Switching to OK\.",
    "CISCOFW105003": rf"{_FAILOVER}Monitoring on [Ii]nterface %{{NOTSPACE:[network][interface][name]}} waiting",
    "CISCOFW105004": rf"{_FAILOVER}Monitoring on [Ii]nterface %{{NOTSPACE:[network][interface][name]}} normal",
    "CISCOFW105005": rf"{_FAILOVER}Lost Failover communications with mate on [Ii]nterface %{{NOTSPACE:[network][interface][name]}}",
    "CISCOFW105008": rf"{_FAILOVER}Testing [Ii]nterface %{{NOTSPACE:[network][interface][name]}}",
    "CISCOFW105009": rf"{_FAILOVER}Testing on [Ii]nterface %{{NOTSPACE:[network][interface][name]}} (?:Passed|Failed)",
    "CISCOFW106001": rf"{_DIRECTION} {_TRANSPORT} connection {_ACTION} from {_SRC}/{_SRC_PORT} to {_DST}/{_DST_PORT} flags %{{DATA:[cisco][asa][tcp_flags]}} on interface {_interface(_OUT)}",
    "CISCOFW106006_106007_106010": (
        rf"{_ACTION} {_DIRECTION} {_TRANSPORT} (?:from|src) (?:%{{NOTSPACE:{_IN}}}:)?{_SRC}(?:/{_SRC_PORT})?{_SRC_USER} "
        rf"(?:to|dst) (?:%{{NOTSPACE:{_OUT}}}:)?{_DST}(?:/{_DST_PORT})?{_DST_USER}(?: (?:on interface %{{NOTSPACE:[observer][interface][name]}}|due to {_REASON}))?"
    ),
    "CISCOFW106014": rf"{_ACTION} {_DIRECTION} {_TRANSPORT} src %{{CISCO_SRC_IP_USER}} dst %{{CISCO_DST_IP_USER}} {_ICMP}",
    "CISCOFW106015": rf"{_ACTION} {_TRANSPORT} \(%{{DATA:[cisco][asa][rule_name]}}\) from {_SRC}/{_SRC_PORT} to {_DST}/{_DST_PORT} flags %{{DATA:[cisco][asa][tcp_flags]}}  ?on interface {_interface(_OUT)}",
    "CISCOFW106021": rf"{_ACTION} {_TRANSPORT} reverse path check from {_SRC} to {_DST} on interface {_interface(_OUT)}",
    "CISCOFW106023": (
        rf"{_ACTION}(?: protocol)? {_TRANSPORT} src %{{CISCO_SRC_HOST_PORT_USER}} dst %{{CISCO_DST_HOST_PORT_USER}}(?: {_ICMP})? "
        rf'by access-group "?%{{DATA:[cisco][asa][rule_name]}}"? {_HASHES}'
    ),
    "CISCOFW106100_2_3": (
        rf"access-list %{{NOTSPACE:[cisco][asa][rule_name]}} {_ACTION} {_TRANSPORT} for user '%{{DATA:[user][name]}}' "
        rf"%{{DATA:{_IN}}}/{_SRC}\({_SRC_PORT}\) -> %{{DATA:{_OUT}}}/{_DST}\({_DST_PORT}\) %{{CISCO_HITCOUNT_INTERVAL}} {_HASHES}"
    ),
    "CISCOFW106100": (
        rf"access-list %{{NOTSPACE:[cisco][asa][rule_name]}} {_ACTION} {_TRANSPORT} %{{DATA:{_IN}}}/{_SRC}\({_SRC_PORT}\){_SRC_USER} -> "
        rf"%{{DATA:{_OUT}}}/{_DST}\({_DST_PORT}\){_DST_USER} hit-cnt %{{INT:[cisco][asa][hit_count]:int}} %{{CISCO_INTERVAL}} {_HASHES}"
    ),
    "CISCOFW304001": rf"{_SRC}{_SRC_USER} Accessed URL {_DST}:%{{GREEDYDATA:[url][original]}}",
    "CISCOFW110002": rf"{_REASON} for {_TRANSPORT} from %{{DATA:{_IN}}}:{_SRC}/{_SRC_PORT} to {_DST}/{_DST_PORT}",
    "CISCOFW302010": r"%{INT:[cisco][asa][connections][in_use]:int} in use, %{INT:[cisco][asa][connections][most_used]:int} most used",
    "CISCOFW302013_302014_302015_302016": (
        rf"{_ACTION}(?: {_DIRECTION})? {_TRANSPORT} connection %{{INT:[cisco][asa][connection_id]}} "
        rf"for %{{NOTSPACE:{_IN}}}:{_SRC}/{_SRC_PORT}(?: \(%{{IP:[source][nat][ip]}}/%{{INT:[source][nat][port]:int}}\))?{_SRC_USER} "
        rf"to %{{NOTSPACE:{_OUT}}}:{_DST}/{_DST_PORT}(?: \(%{{IP:[destination][nat][ip]}}/%{{INT:[destination][nat][port]:int}}\))?{_DST_USER}"
        rf"(?: duration %{{TIME:[cisco][asa][duration]}} bytes %{{INT:[network][bytes]:long}})?(?: {_REASON})?(?: \(%{{DATA:[user][name]}}\))?"
    ),
    "CISCOFW302020_302021": (
        rf"{_ACTION}(?: {_DIRECTION})? {_TRANSPORT} connection for faddr {_DST}/%{{INT:[cisco][asa][icmp_seq]:int}}{_DST_USER} "
        rf"gaddr %{{IP:[source][nat][ip]}}/%{{INT:[cisco][asa][icmp_type]:int}} laddr {_SRC}/%{{INT}}{_SRC_USER}"
    ),
    "CISCOFW305011": (
        rf"{_ACTION} %{{CISCO_XLATE_TYPE}} {_TRANSPORT} translation from %{{DATA:{_IN}}}:{_SRC}(?:/{_SRC_PORT})?{_SRC_USER} "
        rf"to %{{DATA:{_OUT}}}:{_DST}/{_DST_PORT}"
    ),
    "CISCOFW313001_313004_313008": (
        rf"{_ACTION} {_TRANSPORT} type=%{{INT:[cisco][asa][icmp_type]:int}}, code=%{{INT:[cisco][asa][icmp_code]:int}} "
        rf"from {_SRC} on interface {_interface(_OUT)}(?: to {_DST})?"
    ),
    "CISCOFW313005": (
        rf"{_REASON} for {_TRANSPORT} error message: %{{WORD}} src %{{CISCO_SRC_IP_USER}} dst %{{CISCO_DST_IP_USER}} {_ICMP}"
        + cut(
            r" on %{NOTSPACE} interface\.",
            rf"\s+Original IP payload: %{{WORD:{_PAYLOAD}[network][transport]}}",
            rf" src %{{IP:{_PAYLOAD}[source][ip]}}(?:/%{{INT:{_PAYLOAD}[source][port]:int}})?(?:\(%{{DATA:{_PAYLOAD}[source][user][name]}}\))?",
            rf" dst %{{IP:{_PAYLOAD}[destination][ip]}}(?:/%{{INT:{_PAYLOAD}[destination][port]:int}})?(?:\(%{{DATA:{_PAYLOAD}[destination][user][name]}}\))?",
        )
    ),
    "CISCOFW321001": r"Resource '%{DATA:[cisco][asa][resource][name]}' limit of %{POSINT:[cisco][asa][resource][limit]:int} reached for system",
    "CISCOFW402117": rf"%{{WORD:[cisco][asa][network][type]}}: Received a non-IPSec packet \(protocol ?= ?{_TRANSPORT}\) from {_SRC} to {_DST}\.?",
    "CISCOFW402119": (
        r"%{WORD:[cisco][asa][network][type]}: Received an %{WORD:[cisco][asa][ipsec][protocol]} packet "
        r"\(SPI ?= ?%{DATA:[cisco][asa][ipsec][spi]}, sequence number ?= ?%{DATA:[cisco][asa][ipsec][seq_num]}\) "
        rf"from {_SRC} \(user ?= ?%{{DATA:[source][user][name]}}\) to {_DST} that failed anti-replay checking\.?"
    ),
    "CISCOFW419001": rf"{_ACTION} {_TRANSPORT} packet from %{{NOTSPACE:{_IN}}}:{_SRC}/{_SRC_PORT} to %{{NOTSPACE:{_OUT}}}:{_DST}/{_DST_PORT}, reason: {_WHY}",
    "CISCOFW419002": rf"{_REASON} from %{{DATA:{_IN}}}:{_SRC}/{_SRC_PORT} to %{{DATA:{_OUT}}}:{_DST}/{_DST_PORT} with different initial sequence number",
    "CISCOFW500004": rf"{_REASON} for protocol ?= ?{_TRANSPORT}, from {_SRC}/{_SRC_PORT} to {_DST}/{_DST_PORT}",
    "CISCOFW602303_602304": (
        rf"%{{WORD:[cisco][asa][network][type]}}: An {_DIRECTION} %{{DATA:[cisco][asa][ipsec][tunnel_type]}} SA {_TUNNEL} "
        rf"between {_SRC} and {_DST} \(user ?= ?%{{DATA:[source][user][name]}}\) has been {_ACTION}\.?"
    ),
    "CISCOFW710001_710002_710003_710005_710006": (
        rf"{_TRANSPORT} (?:request|access|connection) {_ACTION}(?: by ACL)? from {_SRC}/{_SRC_PORT} to (?:%{{DATA:{_OUT}}}:)?{_DST}/%{{NOTSPACE:[destination][service]}}"
    ),
    "CISCOFW713172": (
        rf"Group = %{{DATA:[cisco][asa][source][group]}}, (?:Username = %{{DATA:[source][user][name]}}, )?IP = {_SRC}, Automatic NAT Detection Status:\s+"
        r"Remote end\s*(?:is|is not)?\s*%{DATA:[cisco][asa][remote_nat]}\s*behind a NAT device\s+This\s+end\s*(?:is|is not)?\s*%{DATA:[cisco][asa][local_nat]}\s*behind a NAT device"
    ),
    "CISCOFW733100": (
        r"\[\s*%{DATA:[cisco][asa][burst][object]}\s*\] drop %{DATA:[cisco][asa][burst][id]} exceeded\. "
        r"Current burst rate is %{INT:[cisco][asa][burst][current_rate]:int} per second, "
        r"max configured rate is %{INT:[cisco][asa][burst][configured_rate]:int}"
        + cut(
            r"; Current average rate is %{INT:[cisco][asa][burst][avg_rate]:int} per second, ",
            r"max configured rate is %{INT:[cisco][asa][burst][configured_avg_rate]:int}; ",
            r"Cumulative total count is %{INT:[cisco][asa][burst][cumulative_count]:int}",
        )
    ),
}

# --- netfilter: KEY=value, and flags that are words ----------------------------------------------------------

_MACS = r"MAC=(?:%{COMMONMAC:[destination][mac]}:%{COMMONMAC:[source][mac]}(?::[0-9A-Fa-f]{2})*|[0-9A-Fa-f:]*)"

NETFILTER = {
    "IPTABLES_TCP_FLAGS": r"(?:(?:CWR|ECE|URG|ACK|PSH|RST|SYN|FIN)(?: (?=[A-Z])|\b))*",
    "IPTABLES_TCP_PART": (
        r"(?:SEQ=%{INT:[iptables][tcp][seq]} )?(?:ACK=%{INT:[iptables][tcp][ack]} )?WINDOW=%{INT:[iptables][tcp][window]:int} "
        r"RES=(?<[iptables][tcp][reserved_bits]>0x[0-9A-Fa-f]+) %{IPTABLES_TCP_FLAGS:[iptables][tcp][flags]}"
    ),
    "IPTABLES4_FRAG": r"(?:CE|DF|MF)(?: (?:CE|DF|MF))*",
    "IPTABLES4_PART": (
        r"SRC=%{IPV4:[source][ip]} DST=%{IPV4:[destination][ip]} LEN=%{INT:[iptables][length]:int} TOS=(?<[iptables][tos]>(?:0x)?[0-9A-Fa-f]+) "
        r"PREC=(?<[iptables][precedence_bits]>(?:0x)?[0-9A-Fa-f]+) TTL=%{INT:[iptables][ttl]:int} ID=%{INT:[iptables][id]}"
        r"(?: %{IPTABLES4_FRAG:[iptables][fragment_flags]})?(?: ?FRAG: %{INT:[iptables][fragment_offset]:int})?"
    ),
    "IPTABLES6_PART": (
        r"SRC=%{IPV6:[source][ip]} DST=%{IPV6:[destination][ip]} LEN=%{INT:[iptables][length]:int} TC=(?<[iptables][tos]>[0-9A-Fa-f]+) "
        r"HOPLIMIT=%{INT:[iptables][ttl]:int} FLOWLBL=%{INT:[iptables][flow_label]}"
    ),
    "IPTABLES": (
        r"IN=(?:%{NOTSPACE:[observer][ingress][interface][name]})?(?: PHYSIN=\S*)? OUT=(?:%{NOTSPACE:[observer][egress][interface][name]})?(?: PHYSOUT=\S*)?"
        + cut(
            rf"(?: +{_MACS})?",
            r" +(?:%{IPTABLES4_PART}|%{IPTABLES6_PART})",
            r" *PROTO=%{WORD:[network][transport]}",
            r" SPT=%{INT:[source][port]:int}",
            r" DPT=%{INT:[destination][port]:int}",
            r" %{IPTABLES_TCP_PART}",
        )
    ),
    "SHOREWALL": (
        r"%{SYSLOGTIMESTAMP:timestamp} %{HOSTNAME:[observer][hostname]} .*?Shorewall6?:(?:%{WORD:[shorewall][firewall][type]})?"
        r":(?:%{WORD:[shorewall][firewall][action]})?(?::|.*?(?= IN=))(?: *%{IPTABLES})?"
    ),
    "SFW2_LOG_PREFIX": r"SFW2\-INext\-%{NOTSPACE:[suse][firewall][action]}|SFW2\-%{NOTSPACE:[suse][firewall][action]}",
    "SFW2": (
        r"(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp}) %{HOSTNAME:[observer][hostname]}.*?"
        r"%{SFW2_LOG_PREFIX:[suse][firewall][log_prefix]} %{IPTABLES}"
    ),
}

# --- NetScreen and Juniper SRX ---------------------------------------------------------------------------------

_FLOW = "%{IP:[source][ip]}/%{INT:[source][port]:int}->%{IP:[destination][ip]}/%{INT:[destination][port]:int} "
_NAT = "%{IP:[source][nat][ip]}/%{INT:[source][nat][port]:int}->%{IP:[destination][nat][ip]}/%{INT:[destination][nat][port]:int}"
_RULES = r"(?:N/A )?%{NOTSPACE:[juniper][srx][src_nat_rule_name]} (?:N/A )?%{NOTSPACE:[juniper][srx][dst_nat_rule_name]}"
_POLICY = (
    r" %{INT:[network][iana_number]}(?:\(%{DATA:[juniper][srx][icmp_type]}\))?",
    " %{NOTSPACE:[rule][name]}",
    " %{NOTSPACE:[observer][ingress][zone]}",
    " %{NOTSPACE:[observer][egress][zone]}",
)
_SERVICE = r"(?:0x[0-9A-Fa-f]+ )?%{NOTSPACE:[juniper][srx][service_name]} (?:0x[0-9A-Fa-f]+ )?"


def _tagged(tag: str) -> str:
    return f"%{{RT_FLOW_TAG:[juniper][srx][tag]}}: {tag}"


OTHERS = {
    "NETSCREENSESSIONLOG": (
        r"%{SYSLOGTIMESTAMP:timestamp} %{IPORHOST:[observer][hostname]} %{NOTSPACE:[observer][name]}: NetScreen device_id=%{WORD:[netscreen][device_id]}\s*"
        r"(?:\[\S+\])?\S*?-%{NONNEGINT:[event][code]}\(%{WORD:[netscreen][session][type]}\): "
        + cut(
            r'start_time="%{DATA:[netscreen][session][start_time]}"',
            r" duration=%{INT:[netscreen][session][duration]:int}",
            r" policy_id=%{INT:[netscreen][policy_id]}",
            r" service=%{DATA:[netscreen][service]}(?= proto)",
            r" proto=%{INT:[netscreen][protocol_number]:int}",
            r" src zone=%{NOTSPACE:[observer][ingress][zone]}",
            r" dst zone=%{NOTSPACE:[observer][egress][zone]}",
            r" action=%{WORD:[event][action]}",
            r" sent=%{INT:[source][bytes]:long}",
            r" rcvd=%{INT:[destination][bytes]:long}",
            r" src=%{IPORHOST:[source][address]}",
            r" dst=%{IPORHOST:[destination][address]}",
            r"(?: icmp type=[0-9]+)?(?: src_port=%{INT:[source][port]:int})?",
            r"(?: dst_port=%{INT:[destination][port]:int})?",
            r"(?: src-xlated ip=%{IP:[source][nat][ip]} port=%{INT:[source][nat][port]:int})?",
            r"(?: dst-xlated ip=%{IP:[destination][nat][ip]} port=%{INT:[destination][nat][port]:int})?",
            r" session_id=%{INT:[netscreen][session][id]}",
            r" reason=%{GREEDYDATA:[netscreen][session][reason]}",
        )
    ),
    "RT_FLOW_TAG": r"(?:RT_FLOW|APPTRACK|RT_FLOW_SESSION|APPTRACK_SESSION)_(?:SESSION_)?(?:CREATE|CLOSE|DENY|VOL_UPDATE)(?:_LS)?",
    "RT_FLOW_EVENT": "%{RT_FLOW_TAG}",
    "RT_FLOW1": (
        _tagged("session closed %{DATA:[juniper][srx][reason]}: ")
        + _FLOW
        + _SERVICE
        + _NAT
        + cut(
            f" {_RULES}",
            *_POLICY,
            " %{INT:[juniper][srx][session_id]}",
            r" %{INT}\(%{INT:[source][bytes]:long}\)",
            r" %{INT}\(%{INT:[destination][bytes]:long}\)",
            " %{INT:[juniper][srx][elapsed_time]:int}",
        )
    ),
    "RT_FLOW2": _tagged("session created ") + _FLOW + _SERVICE + _NAT + cut(f" {_RULES}", *_POLICY, " %{INT:[juniper][srx][session_id]}"),
    "RT_FLOW3": _tagged("session denied ") + _FLOW + "%{NOTSPACE:[juniper][srx][service_name]}" + cut(*_POLICY),
}

PATTERNS = {**CISCO, **NETFILTER, **OTHERS}

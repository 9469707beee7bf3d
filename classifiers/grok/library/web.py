"""Web servers and proxies: Apache, HAProxy, Squid, and the services of AWS that log requests."""

from __future__ import annotations

from .cut import cut

# The first line of a request, as a client sent it: anything.
_REQUEST = r"(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})"
_COMMON = r"%{IPORHOST:clientip} %{HTTPDUSER:ident} %{HTTPDUSER:auth} \[%{HTTPDATE:timestamp}\]"

APACHE = {
    "HTTPDUSER": r'%{EMAILADDRESS}|[^\s"\[\]]+|"[^"]*"',
    "COMMONAPACHELOG": rf'{_COMMON} "{_REQUEST}" (?:%{{NUMBER:response}}|-) (?:%{{NUMBER:bytes}}|-)',
    "COMBINEDAPACHELOG": r"%{COMMONAPACHELOG} %{QS:referrer} %{QS:agent}",
    # [doc] Glue's own, with types; a value that is not of its type is null.
    "COMMONAPACHELOG_DATATYPED": (
        r"%{IPORHOST:clientip} %{HTTPDUSER:ident;boolean} %{HTTPDUSER:auth} \[%{HTTPDATE:timestamp;date;dd/MMM/yyyy:HH:mm:ss Z}\] "
        r'"(?:%{WORD:verb;string} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion;float})?|%{DATA:rawrequest})" '
        r"(?:%{NUMBER:response;int}|-) (?:%{NUMBER:bytes;long}|-)"
    ),
    "HTTPD_COMMONLOG": (
        r"%{IPORHOST:[source][address]} (?:-|%{HTTPDUSER:[apache][access][user][identity]}) (?:-|%{HTTPDUSER:[user][name]}) "
        r'\[%{HTTPDATE:timestamp}\] "(?:%{WORD:[http][request][method]} %{NOTSPACE:[url][original]}(?: HTTP/%{NUMBER:[http][version]})?|%{DATA})" '
        "(?:-|%{INT:[http][response][status_code]:int}) (?:-|%{INT:[http][response][body][bytes]:long})"
    ),
    "HTTPD_COMBINEDLOG": (
        r'%{HTTPD_COMMONLOG} "(?:-|%{DATA:[http][request][referrer]})" "(?:-|(?<[user_agent][original]>(?:\\.|[^\\"]++)*+))"'
    ),
    "HTTPDERROR_DATE": "%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{YEAR}",
    "HTTPD20_ERRORLOG": (
        r"\[%{HTTPDERROR_DATE:timestamp}\] \[%{LOGLEVEL:[log][level]}\] (?:\[client %{IPORHOST:[source][address]}\] )?%{GREEDYDATA:message}"
    ),
    "HTTPD24_ERRORLOG": (
        r"\[%{HTTPDERROR_DATE:timestamp}\] \[(?:%{WORD:[apache][error][module]})?:%{LOGLEVEL:[log][level]}\] "
        r"\[pid %{POSINT:[process][pid]:int}(?::tid %{INT:[process][thread][id]})?\]"
        r"(?: [\w.\-]+\([0-9]+\):)?"  # the source file and its line
        r"(?: \(%{POSINT:[apache][error][proxy][error][code]}\)%{DATA:[apache][error][proxy][error][message]}:)?"
        r"(?: \[(?:client|remote) %{IPORHOST:[source][address]}(?::%{POSINT:[source][port]:int})?\])?"
        r"(?: (?<[error][code]>AH[0-9]+):)? %{GREEDYDATA:message}"
    ),
    "HTTPD_ERRORLOG": "%{HTTPD20_ERRORLOG}|%{HTTPD24_ERRORLOG}",
}

_HAPROXY_HEADER = r"(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp}) %{IPORHOST:[host][hostname]} %{SYSLOGPROG}: "
_HAPROXY_CLIENT = (
    r"%{IP:[source][address]}:%{INT:[source][port]:int} \[%{HAPROXYDATE:[haproxy][request_date]}\] "
    r"%{NOTSPACE:[haproxy][frontend_name]} %{NOTSPACE:[haproxy][backend_name]}/(?:<NOSRV>|%{NOTSPACE:[haproxy][server_name]}) "
)
_HAPROXY_COUNTS = (
    r" %{NOTSPACE:[haproxy][termination_state]} %{INT:[haproxy][connections][active]:int}/%{INT:[haproxy][connections][frontend]:int}"
    r"/%{INT:[haproxy][connections][backend]:int}/%{INT:[haproxy][connections][server]:int}/%{INT:[haproxy][connections][retries]:int}"
    r" %{INT:[haproxy][server_queue]:int}/%{INT:[haproxy][backend_queue]:int}"
)

HAPROXY = {
    "HAPROXYTIME": r"(?<![0-9])%{HOUR}:%{MINUTE}(?::%{SECOND})?(?![0-9])",
    "HAPROXYDATE": r"%{MONTHDAY}/%{MONTH}/%{YEAR}:%{HAPROXYTIME}(?:\.%{INT})?",
    "HAPROXYCAPTUREDREQUESTHEADERS": "%{DATA:[haproxy][http][request][captured_headers]}",
    "HAPROXYCAPTUREDRESPONSEHEADERS": "%{DATA:[haproxy][http][response][captured_headers]}",
    "HAPROXYURI": (
        r"(?:%{URIPROTO:[url][scheme]}://)?(?:%{USER:[url][username]}(?::[^@\s/]*)?@)?(?:%{IPORHOST:[url][domain]}(?::%{POSINT:[url][port]:int})?)?"
        r"(?:%{URIPATH:[url][path]}(?:\?%{URIQUERY:[url][query]})?|\*)?"
    ),
    "HAPROXYHTTPREQUESTLINE": r"<BADREQ>|%{WORD:[http][request][method]} (?<[url][original]>[^\s\"]*)(?: HTTP/%{NUMBER:[http][version]})?",
    "HAPROXYHTTPBASE": (
        _HAPROXY_CLIENT
        + r"%{INT:[haproxy][http][request][time_wait_ms]:int}/%{INT:[haproxy][total_waiting_time_ms]:int}/%{INT:[haproxy][connection_wait_time_ms]:int}"
        r"/%{INT:[haproxy][http][request][time_wait_without_data_ms]:int}/%{NOTSPACE:[haproxy][total_time_ms]} "
        r"%{INT:[http][response][status_code]:int} %{INT:[source][bytes]:long} (?:-|%{DATA:[haproxy][http][request][captured_cookie]}) "
        r"(?:-|%{DATA:[haproxy][http][response][captured_cookie]})"
        + _HAPROXY_COUNTS
        + r"(?: \{%{HAPROXYCAPTUREDREQUESTHEADERS}\}(?: \{%{HAPROXYCAPTUREDRESPONSEHEADERS}\})?)?"
        + cut(' "', "%{HAPROXYHTTPREQUESTLINE}", '"')
    ),
    "HAPROXYHTTP": _HAPROXY_HEADER + "%{HAPROXYHTTPBASE}",
    "HAPROXYTCP": (
        _HAPROXY_HEADER
        + _HAPROXY_CLIENT
        + r"%{INT:[haproxy][total_waiting_time_ms]:int}/%{INT:[haproxy][connection_wait_time_ms]:int}/%{NOTSPACE:[haproxy][total_time_ms]} "
        r"%{INT:[source][bytes]:long}" + _HAPROXY_COUNTS
    ),
}

SQUID = {
    "SQUID3_STATUS": "[0-9]+|-",
    "SQUID3": (
        r"%{NUMBER:timestamp}\s+%{NUMBER:duration}\s(?:%{IP:client_address}|-) %{WORD:cache_result}/(?:%{POSINT:status_code}|[0-]+) "
        r"(?:%{NUMBER:bytes}|-) (?:%{NOTSPACE:request_method}) (?:%{NOTSPACE:url}) (?:-|%{NOTSPACE:user}) "
        r"%{WORD:hierarchy_code}/(?:-|%{IPORHOST:server}) (?:-|%{NOTSPACE:content_type})"
    ),
}

AWS = {
    "S3_REQUEST_LINE": r"(?:%{WORD:[http][request][method]} %{NOTSPACE:[url][original]}(?: HTTP/%{NUMBER:[http][version]})?)",
    "S3_ACCESS_LOG": (
        r"%{WORD:[aws][s3access][bucket_owner]} %{NOTSPACE:[aws][s3access][bucket]} \[%{HTTPDATE:timestamp}\] (?:-|%{IP:[client][ip]}) "
        r"(?:-|%{NOTSPACE:[client][user][id]}) %{NOTSPACE:[aws][s3access][request_id]} %{NOTSPACE:[aws][s3access][operation]} "
        r'(?:-|%{NOTSPACE:[aws][s3access][key]}) (?:-|"(?:-|%{S3_REQUEST_LINE:[aws][s3access][request_uri]}|[^"]*)") '
        r"(?:-|%{INT:[http][response][status_code]:int}) (?:-|%{NOTSPACE:[aws][s3access][error_code]}) "
        r"(?:-|%{INT:[aws][s3access][bytes_sent]:long}) (?:-|%{INT:[aws][s3access][object_size]:long}) "
        r"(?:-|%{INT:[aws][s3access][total_time]:int}) (?:-|%{INT:[aws][s3access][turn_around_time]:int})"
        + cut(
            r' "(?:-|%{DATA:[http][request][referrer]})"(?= |$)',
            r' "(?:-|%{DATA:[user_agent][original]})"(?= |$)',
            # Fields that were added over the years.
            r" (?:-|%{NOTSPACE:[aws][s3access][version_id]})",
            r" (?:-|%{NOTSPACE:[aws][s3access][host_id]})",
            r" (?:-|%{NOTSPACE:[aws][s3access][signature_version]})",
            r" (?:-|%{NOTSPACE:[tls][cipher]})",
            r" (?:-|%{NOTSPACE:[aws][s3access][authentication_type]})",
            r" (?:-|%{NOTSPACE:[aws][s3access][host_header]})",
            r" (?:-|%{NOTSPACE:[aws][s3access][tls_version]})",
        )
    ),
    "ELB_URIHOST": "%{IPORHOST:[url][domain]}(?::%{POSINT:[url][port]:int})?",
    "ELB_URIPATHQUERY": r"%{URIPATH:[url][path]}(?:\?%{URIQUERY:[url][query]})?",
    "ELB_URIPATHPARAM": "%{ELB_URIPATHQUERY}",
    "ELB_URI": r"%{URIPROTO:[url][scheme]}://(?:%{USER:[url][username]}(?::[^@\s/]*)?@)?(?:%{ELB_URIHOST})?(?:%{ELB_URIPATHQUERY})?",
    "ELB_REQUEST_LINE": r"(?:%{WORD:[http][request][method]} %{ELB_URI:[url][original]}(?: HTTP/%{NUMBER:[http][version]})?)",
    "ELB_V1_HTTP_LOG": (
        r"%{TIMESTAMP_ISO8601:timestamp} %{NOTSPACE:[aws][elb][name]} %{IP:[source][ip]}:%{INT:[source][port]:int} "
        r"(?:-|%{IP:[aws][elb][backend][ip]}:%{INT:[aws][elb][backend][port]:int}) "
        r"(?:-1|%{NUMBER:[aws][elb][request_processing_time][sec]:double}) (?:-1|%{NUMBER:[aws][elb][backend_processing_time][sec]:double}) "
        r"(?:-1|%{NUMBER:[aws][elb][response_processing_time][sec]:double}) (?:-|%{INT:[http][response][status_code]:int}) "
        r"(?:-|%{INT:[aws][elb][backend][http][response][status_code]:int}) %{INT:[http][request][body][bytes]:long} "
        r'%{INT:[http][response][body][bytes]:long} "(?:%{ELB_REQUEST_LINE}|[^"]*)"'
        + cut(
            r' "(?:-|%{DATA:[user_agent][original]})"', r" (?:-|%{NOTSPACE:[tls][cipher]})", r" (?:-|%{NOTSPACE:[aws][elb][ssl_protocol]})"
        )
    ),
    "ELB_ACCESS_LOG": "%{ELB_V1_HTTP_LOG}",
    "CLOUDFRONT_ACCESS_LOG": (
        r"(?<timestamp>%{YEAR}-%{MONTHNUM}-%{MONTHDAY}\t%{TIME})"
        r"\t(?:-|(?<[aws][cloudfront][x_edge_location]>[\w\-]+))\t(?:-|%{INT:[destination][bytes]:long})\t%{IPORHOST:[source][ip]}"
        r"\t%{WORD:[http][request][method]}\t%{HOSTNAME:[url][domain]}\t%{NOTSPACE:[url][path]}\t(?:-|0+|%{INT:[http][response][status_code]:int})(?=\t|$)"
        + cut(
            r"\t(?:-|%{DATA:[http][request][referrer]})(?=\t|$)",
            r"\t(?:-|%{DATA:[user_agent][original]})(?=\t|$)",
            r"\t(?:-|%{DATA:[url][query]})(?=\t|$)",
            r"\t(?:-|%{DATA:[aws][cloudfront][http][request][cookie]})(?=\t|$)",
            r"\t(?:-|%{WORD:[aws][cloudfront][x_edge_result_type]})",
            r"\t(?:-|%{NOTSPACE:[aws][cloudfront][x_edge_request_id]})",
            r"\t(?:-|%{NOTSPACE:[aws][cloudfront][http][request][host]})",
            r"\t(?:-|%{URIPROTO:[network][protocol]})",
            r"\t(?:-|%{INT:[source][bytes]:long})",
            r"\t(?:-|%{NUMBER:[aws][cloudfront][time_taken]:double})",
            r"\t(?:-|%{DATA:[network][forwarded_ip]})(?=\t|$)",
            r"\t(?:-|%{DATA:[aws][cloudfront][ssl_protocol]})(?=\t|$)",
            r"\t(?:-|%{NOTSPACE:[tls][cipher]})",
            r"\t(?:-|%{WORD:[aws][cloudfront][x_edge_response_result_type]})",
            r"\t(?:-|HTTP/%{NUMBER:[http][version]})",
            r"\t(?:-|%{DATA:[aws][cloudfront][fle_status]})(?=\t|$)",
            r"\t(?:-|%{DATA:[aws][cloudfront][fle_encrypted_fields]})(?=\t|$)",
            r"\t(?:-|%{INT:[source][port]:int})",
            r"\t(?:-|%{NUMBER:[aws][cloudfront][time_to_first_byte]:double})",
            r"\t(?:-|%{DATA:[aws][cloudfront][x_edge_detailed_result_type]})(?=\t|$)",
            r"\t(?:-|%{NOTSPACE:[http][request][mime_type]})",
            r"\t(?:-|%{INT:[aws][cloudfront][http][request][size]:long})",
            r"\t(?:-|%{INT:[aws][cloudfront][http][request][range][start]:long})",
            r"\t(?:-|%{INT:[aws][cloudfront][http][request][range][end]:long})",
        )
    ),
}

PATTERNS = {**APACHE, **HAPROXY, **SQUID, **AWS}

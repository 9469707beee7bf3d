"""Databases, name servers, mail and backup servers, network monitors, and the languages that programs are written in."""

from __future__ import annotations

from .cut import cut

JAVA = {
    "JAVACLASS": r"(?:[A-Za-z_$][\w$]*\.)*[A-Za-z_$][\w$]*",
    "JAVAFILE": r"[\w$. \-]+",
    "JAVAMETHOD": r"(?:<(?:cl)?init>|[A-Za-z_$][\w$]*)",
    "JAVASTACKTRACEPART": (
        r"%{SPACE}at (?:[\w.$@\-]*/)*%{JAVACLASS:[java][log][origin][class][name]}\.%{JAVAMETHOD:[log][origin][function]}"
        r"\(%{JAVAFILE:[log][origin][file][name]}(?::%{INT:[log][origin][file][line]:int})?\)"
    ),
    "JAVATHREAD": r"[A-Z]{2}-Processor[0-9]+",
    "JAVALOGMESSAGE": ".*",
    # A message of Tomcat 7 stands on the line after its head.
    "CATALINA7_DATESTAMP": "%{MONTH} %{MONTHDAY}, %{YEAR} %{HOUR}:%{MINUTE}:%{SECOND} (?:AM|PM)",
    "CATALINA7_LOG": (
        r"%{CATALINA7_DATESTAMP:timestamp} %{JAVACLASS:[java][log][origin][class][name]}(?: %{JAVAMETHOD:[log][origin][function]})?"
        r"\s*(?:%{LOGLEVEL:[log][level]}:)?\s*%{JAVALOGMESSAGE:message}"
    ),
    "CATALINA8_DATESTAMP": "%{MONTHDAY}-%{MONTH}-%{YEAR} %{HOUR}:%{MINUTE}:%{SECOND}",
    "CATALINA8_LOG": (
        r"%{CATALINA8_DATESTAMP:timestamp} %{LOGLEVEL:[log][level]} \[%{DATA:[java][log][origin][thread][name]}\] "
        r"%{JAVACLASS:[java][log][origin][class][name]}\.%{JAVAMETHOD:[log][origin][function]}(?: +%{JAVALOGMESSAGE:message})?"
    ),
    "CATALINA_DATESTAMP": "%{CATALINA8_DATESTAMP}|%{CATALINA7_DATESTAMP}",
    "CATALINALOG": "%{CATALINA8_LOG}|%{CATALINA7_LOG}",
    "TOMCAT7_LOG": "%{CATALINA7_LOG}",
    "TOMCAT8_LOG": "%{CATALINA8_LOG}",
    "TOMCATLEGACY_DATESTAMP": "%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND}(?: %{ISO8601_TIMEZONE})?",
    "TOMCATLEGACY_LOG": (
        r"%{TOMCATLEGACY_DATESTAMP:timestamp} \| %{LOGLEVEL:[log][level]} *\| %{JAVACLASS:[java][log][origin][class][name]} - "
        "%{JAVALOGMESSAGE:message}"
    ),
    "TOMCAT_DATESTAMP": "%{CATALINA8_DATESTAMP}|%{CATALINA7_DATESTAMP}|%{TOMCATLEGACY_DATESTAMP}",
    "TOMCATLOG": "%{TOMCAT8_LOG}|%{TOMCAT7_LOG}|%{TOMCATLEGACY_LOG}",
    "MAVEN_VERSION": r"[0-9]+\.[0-9]+\.[0-9]+(?:[.\-](?i:release|snapshot|final|ga|(?:alpha|beta|m|rc|cr|sp)[.\-]?[0-9]*))*",
}

RUBY = {
    "RUBY_LOGLEVEL": "DEBUG|FATAL|ERROR|WARN|INFO|ANY|UNKNOWN",
    "RUBY_LOGGER": r"[DFEWIA], \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid}\] *%{RUBY_LOGLEVEL:loglevel} -- +%{DATA:progname}: %{GREEDYDATA:message}",
    "RUUID": "[0-9a-fA-F]{32}",
    "RCONTROLLER": r"(?<[rails][controller][class]>[^#\s]+)#(?<[rails][controller][action]>\w+)",
    # Rails writes a request as several lines.
    "RAILS3HEAD": (
        r'Started %{WORD:[http][request][method]} "%{URIPATHPARAM:[url][original]}" for %{IPORHOST:[source][address]} '
        r"at (?<timestamp>%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND} %{ISO8601_TIMEZONE})"
    ),
    "RPROCESSING": (
        r"\W*Processing by %{RCONTROLLER} as (?<[rails][request][format]>[^\s]+)(?:\W*Parameters: (?<[rails][request][params]>\{.*?\})\W*?$)?"
    ),
    "RAILS3PROFILE": (
        r"\((?:Views: %{NUMBER:[rails][request][duration][view]:double}ms(?: \| )?)?"
        r"(?:ActiveRecord: %{NUMBER:[rails][request][duration][active_record]:double}ms)?(?: \| [^)\n]*)?\)"
    ),
    "RAILS3FOOT": (
        r"Completed %{POSINT:[http][response][status_code]:int}%{DATA} in %{NUMBER:[rails][request][duration][total]:double}ms"
        r"(?: %{RAILS3PROFILE})?%{GREEDYDATA}"
    ),
    "RAILS3": (
        r"%{RAILS3HEAD}(?:\s*\n?%{RPROCESSING})?(?<[rails][request][explain][original]>(?s:.*?)(?=Completed [0-9]|\Z))(?:%{RAILS3FOOT})?"
    ),
    "MCOLLECTIVE": r"., \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:[process][pid]:int}\]%{SPACE}%{LOGLEVEL:[log][level]}",
    "MCOLLECTIVEAUDIT": "%{TIMESTAMP_ISO8601:timestamp}:",
}

DATABASES = {
    "POSTGRESQL": "(?:%{TIMESTAMP_ISO8601:timestamp}|%{DATESTAMP:timestamp}) %{TZ:[event][timezone]} %{DATA:[user][name]} %{GREEDYDATA:[postgresql][log][connection_id]} %{POSINT:[process][pid]:int}",
    "REDISTIMESTAMP": "%{MONTHDAY} %{MONTH}(?: %{YEAR})? %{TIME}",
    # [pid] before version 3, pid:role since; the sign is the level.
    "REDISLOG": r"(?:\[%{POSINT:pid}\]|%{POSINT:pid}:[XCSM]) %{REDISTIMESTAMP:timestamp} (?<level>[.\-*#])(?: %{GREEDYDATA:message})?",
    "REDISMONLOG": (
        r'%{NUMBER:timestamp} \[%{INT:database} (?:%{IP:client}:%{POSINT:port}|\[%{IPV6:client}\]:%{POSINT:port}|unix:\S+|lua)\] "%{DATA:command}"(?: +%{GREEDYDATA:params})?$'
    ),
    "MONGO_LOG": r"%{SYSLOGTIMESTAMP:timestamp} \[%{WORD:[mongodb][component]}\] %{GREEDYDATA:message}",
    "MONGO_QUERY": r"\{ .*? \}(?= (?:planSummary|cursorid|ntoreturn|keyUpdates):?)",
    "MONGO_SLOWQUERY": (
        r"%{WORD:[mongodb][profile][op]} %{MONGO_WORDDASH:[mongodb][database]}\.%{MONGO_WORDDASH:[mongodb][collection]} %{WORD}: "
        r"%{MONGO_QUERY:[mongodb][query][original]}(?: %{WORD}:[^:]*?)*? ntoreturn:%{NONNEGINT:[mongodb][profile][ntoreturn]:int}"
        r" ntoskip:%{NONNEGINT:[mongodb][profile][ntoskip]:int} nscanned:%{NONNEGINT:[mongodb][profile][nscanned]:int}.*? "
        r"nreturned:%{NONNEGINT:[mongodb][profile][nreturned]:int}.*? %{INT:[mongodb][profile][duration]:int}ms"
    ),
    "MONGO_WORDDASH": r"\b[\w\-]+\b",
    "MONGO3_SEVERITY": r"\b[FEWID][1-5]?\b",
    "MONGO3_COMPONENT": "%{WORD}",
    # Version 3 to 4.2: the context always stands in brackets.
    "MONGO3_LOG": (
        r"%{TIMESTAMP_ISO8601:timestamp} %{MONGO3_SEVERITY:[log][level]} (?:-|%{MONGO3_COMPONENT:[mongodb][component]})"
        r"%{SPACE}\[%{DATA:[mongodb][context]}\] %{GREEDYDATA:message}"
    ),
}

NAMES = {
    "BIND9_TIMESTAMP": "%{MONTHDAY}-%{MONTH}-%{YEAR} %{TIME}",
    "BIND9_DNSTYPE": "[A-Z][A-Z0-9\\-]*",
    "BIND9_CATEGORY": r"[\w\-]+",
    "BIND9_QUERYLOGBASE": (
        r"client(?: @0x[0-9A-Fa-f]+)? %{IP:[client][ip]}#%{POSINT:[client][port]:int}(?: \((?<[bind][log][question][name]>[^)]*)\))?:"
        r"(?: view [^:]+:)? query: (?<[dns][question][name]>\S+) (?<[dns][question][class]>\w+) %{BIND9_DNSTYPE:[dns][question][type]}"
        + cut(r" (?<[bind][log][question][flags]>[+\-]\S*)", r" \((?:%{IP:[server][ip]})?[^)]*\)")
    ),
    "BIND9_QUERYLOG": "%{BIND9_TIMESTAMP:timestamp} %{BIND9_CATEGORY:[bind][log][category]}: %{LOGLEVEL:[log][level]}: %{BIND9_QUERYLOGBASE}",
    "BIND9": "%{BIND9_QUERYLOG}",
}

_EXIM_FIELDS = r"(?> +(?!(?:from|for) )(?:%{EXIM_NAMED_FIELDS}|\S+))*+"

MAIL = {
    "EXIM_MSGID": "[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}",
    "EXIM_FLAGS": r"<=|=>|->|\*>|>>|\*\*|==|<>",
    "EXIM_DATE": "%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{TIME}(?: [+-][0-9]{4})?",
    "EXIM_PID": r"\[%{POSINT:[process][pid]:int}\]",
    "EXIM_QT": r"(?:[0-9]+[ywdhms]?)+",
    "EXIM_EXCLUDE_TERMS": "Message is frozen|(?:Start|End) queue run| Warning: | retry time not reached | no (?:IP address|host name) found for (?:IP address|host) | unexpected disconnection while reading SMTP command| no immediate delivery: |another process is handling this message",
    "EXIM_REMOTE_HOST": (
        r"H=(?:%{NOTSPACE:[source][address]} )?(?:\(%{NOTSPACE:[exim][log][remote_address]}\) )?\[%{IP:[source][ip]}\](?::%{POSINT:[source][port]:int})?"
    ),
    "EXIM_INTERFACE": r"I=\[%{IP:[destination][ip]}\](?::%{NUMBER:[destination][port]:int})?",
    "EXIM_PROTOCOL": "P=%{NOTSPACE:[network][protocol]}",
    "EXIM_MSG_SIZE": "S=%{NUMBER:[exim][log][message][size]:long}",
    "EXIM_HEADER_ID": "id=%{NOTSPACE:[exim][log][header_id]}",
    "EXIM_QUOTED_CONTENT": r'(?:\\.|[^\\"])*',
    "EXIM_SUBJECT": 'T="%{EXIM_QUOTED_CONTENT:[exim][log][message][subject]}"',
    "EXIM_UNKNOWN_FIELD": r"[A-Za-z0-9_]{1,4}=(?:%{QUOTEDSTRING}|%{NOTSPACE})",
    "EXIM_NAMED_FIELDS": (
        "(?:%{EXIM_REMOTE_HOST}|%{EXIM_INTERFACE}|%{EXIM_PROTOCOL}|%{EXIM_MSG_SIZE}|%{EXIM_HEADER_ID}|%{EXIM_SUBJECT}|%{EXIM_UNKNOWN_FIELD})"
    ),
    "EXIM_MESSAGE_ARRIVAL": (
        "%{EXIM_DATE:timestamp} (?:%{EXIM_PID} )?%{EXIM_MSGID:[exim][log][message][id]} (?<[exim][log][flags]><=) "
        r"(?:<>|%{EMAILADDRESS:[exim][log][sender][email]}|%{USER:[exim][log][sender][user]})"
        rf"{_EXIM_FIELDS}(?: from <(?<[exim][log][sender][original]>[^>]*)>)?(?: for %{{EMAILADDRESS:[exim][log][recipient][email]}})?"
    ),
    "EXIM": "%{EXIM_MESSAGE_ARRIVAL}",
}

PATTERNS = {**JAVA, **RUBY, **DATABASES, **NAMES, **MAIL}

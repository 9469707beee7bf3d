"""The library's patterns, each against lines of its format as programs write them, and against what is none."""

from __future__ import annotations

import pytest

from gluepot.classifiers.grok import compile_grok
from gluepot.classifiers.grok.library.all import library

MATCHING = {
    "IPV6": [
        "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        "::ffff:192.0.2.128",
        "fe80::1%eth0",
        "::",
        "1::",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "64:ff9b::192.0.2.33",
    ],
    "IPV4": [
        "1.2.3.4.5",
        "255.255.255.255",
    ],
    "URN": [
        "urn:example:a123,z456",
    ],
    "UUID": [
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    ],
    "MAC": [
        "00:11:22:aa:bb:cc",
        "0011.22aa.bbcc",
        "00-11-22-aa-bb-cc",
    ],
    "WINPATH": [
        "C:\\Windows\\System32",
        "\\\\server\\share\\x",
        "C:\\",
    ],
    "PATH": [
        "/a b/c",
    ],
    "UNIXPATH": [
        "/~user/ünï",
    ],
    "URIPATH": [
        "/a/b;c=1,2/(x)",
    ],
    "URIPATHPARAM": [
        "/a?b[]=1&c=<x>",
    ],
    "URI": [
        "http://user:pw@host:80/a?b=c#d",
        "ftp://[::1]:21/x",
        "file:///etc/x",
    ],
    "URIPROTO": [
        "android-app",
        "git+ssh",
    ],
    "TIMESTAMP_ISO8601": [
        "2015-01-01T00:00:00Z",
        "2015-01-01 00:00:00,123",
        "2015-01-01T00:00:00.123456+05:30",
    ],
    "HTTPDATE": [
        "31/Dec/2024:23:59:60 -0800",
    ],
    "MONTH": [
        "January",
        "März",
        "Mai",
        "Dez",
        "SEP",
    ],
    "DAY": [
        "Thursday",
    ],
    "TIME": [
        "23:59:59.999",
    ],
    "YEAR": [
        "99",
    ],
    "EMAILADDRESS": [
        "a.b+c@d-e.org",
        "hello@world.com",
    ],
    "QS": [
        '"a \\" b"',
        "'x'",
        '""',
    ],
    "LOGLEVEL": [
        "warning",
        "EMERG",
        "Err",
    ],
    "NUMBER": [
        "-1.5",
        ".5",
    ],
    "BASE16NUM": [
        "0xDEADBEEF",
    ],
    "NONNEGINT": [
        "0",
    ],
    "POSINT": [
        "12",
    ],
    "DATE_US": [
        "12/31/2024",
    ],
    "DATE_EU": [
        "31.12.2024",
    ],
    "DATESTAMP": [
        "31-12-2024 10:00:00",
    ],
    "DATESTAMP_RFC822": [
        "Mon Jan 02 2006 15:04:05 PST",
    ],
    "DATESTAMP_RFC2822": [
        "Mon, 2 Jan 2006 15:04:05 -0700",
    ],
    "DATESTAMP_OTHER": [
        "Mon Jan 2 15:04:05 CET 2006",
    ],
    "DATESTAMP_EVENTLOG": [
        "20061231235959",
    ],
    "TTY": [
        "/dev/pts/0",
        "/dev/tty1",
    ],
    "HOSTPORT": [
        "a.b:80",
    ],
    "HOSTNAME": [
        "_",
    ],
    "SYSLOGLINE": [
        "Mar 16 00:01:25 evita postfix/smtpd[1713]: connect from camomile.cloud9.net[168.100.1.3]",
        "2015-10-16T12:00:00.000Z host app[12]: x",
        "Mar  6 12:00:00 host <local0.info> sshd[1]: hi",
    ],
    "SYSLOGBASE": [
        "Jun  5 10:00:00 host cron[1]: x",
    ],
    "SYSLOGPAMSESSION": [
        "Feb 14 10:00:01 host sshd[12]: pam_unix(sshd:session): session opened for user root by (uid=0)",
        "Feb 14 10:00:01 host su: pam_unix(su:session): session closed for user root",
    ],
    "CRONLOG": [
        "Jan  1 00:00:01 host CRON[123]: (root) CMD (run-parts /etc/cron.hourly)",
    ],
    "SYSLOG5424LINE": [
        '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] An application event log entry...',
        "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
        "<165>1 - - - - - -",
        '<29>1 2016-02-21T04:32:57+00:00 web1 someservice 2341 - [origin x="y]z"][b@1 c="\\"q\\""] hi',
        "<174>1 2016-11-14T09:32:44+01:00 resolver.se named 6344 - -  info: client 10.23.53.22#63252: query: googlehosted.l.googleusercontent.com IN A + (10.23.64.23)",
        '<191>1 2009-06-30T18:30:00+02:00 paxton.local grokdebug 4123 - [id1 foo="bar"] No process ID.',
        "<191>1 2009-06-30T18:30:00+02:00 paxton.local grokdebug - - -",
        "<174>1 2015-03-22T00:00:00Z host app 1 - - ",
    ],
    "COMBINEDAPACHELOG": [
        '83.149.9.216 - - [24/Feb/2015:23:13:42 +0000] "GET /k.js HTTP/1.1" 200 7697 "http://semicomplete.com/" "Mozilla/5.0 (Macintosh)"',
        '1.2.3.4 - user@x.y [11/Oct/2024:00:00:00 +0000] "PUT / HTTP/2.0" 304 0 "-" "-"',
        '::1 - - [11/Oct/2024:00:00:00 +0000] "-" 408 - "-" "-" 12',
    ],
    "COMMONAPACHELOG": [
        'host - - [01/Jan/2024:00:00:00 +0000] "GET / HTTP/1.1" - -',
    ],
    "HTTPD_COMBINEDLOG": [
        '1.2.3.4 - - [25/Oct/2016:14:33:49 +0200] "GET / HTTP/1.1" 200 2 "-" "Mozilla \\"x\\""',
    ],
    "HTTPD_COMMONLOG": [
        '1.2.3.4 - - [25/Oct/2016:14:33:49 +0200] "GET /a b HTTP/1.1" 400 226',
    ],
    "HTTPD_ERRORLOG": [
        "[Mon Aug 31 09:30:48.958285 2015] [proxy_fcgi:error] [pid 28787:tid 140169587934976] (70008)Partial results are valid but processing is incomplete: [client 58.13.45.166:59307] AH01075: Error dispatching request to : (reading input brigade), referer: http://x/",
        "[Mon Aug 31 07:15:38.664897 2015] [proxy_fcgi:error] [pid 28786:tid 140169629898496] [client 81.139.1.34:52042] AH01071: Got error 'Primary script unknown\n'",
        "[Wed Oct 11 14:32:52 2000] [error] [client 127.0.0.1] client denied by server configuration: /export/home/live/ap/htdocs/test",
        "[Thu Apr 27 10:39:46.719636 2017] [php7:notice] [pid 17] [client 10.255.0.3:49580] Test error log record",
        "[Sat Aug 08 00:59:01 2015] [notice] caught SIGTERM, shutting down",
        "[Mon Jan 30 16:44:33.1 2017] [mpm_event:notice] [pid 1] AH00489: Apache/2.4 configured -- resuming normal operations",
        "[Thu Jun 05 10:11:12.000 2020] [core:info] [pid 1:tid 2] (36)File name too long: AH00036: access to / failed (filesystem path)",
    ],
    "HAPROXYHTTP": [
        'Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1"',
        'Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in~ static/srv1 10/0/30/+69/+109 200 +2750 a=b c=d CD-- 1/1/1/1/+3 0/0 "CONNECT host:443 HTTP/1.1"',
        'Feb  6 12:14:14 localhost haproxy[14389]: ::1:33317 [06/Feb/2009:12:14:14.655] in b/<STATS> 0/0/0/0/1 503 212 - - SC-- 0/0/0/0/0 0/0 "<BADREQ>"',
    ],
    "HAPROXYTCP": [
        "Feb  6 12:12:56 localhost haproxy[14387]: 10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0",
    ],
    "SQUID3": [
        "1525344856.899  16867 10.170.72.111 TCP_TUNNEL/200 6256 CONNECT logs.ap.org:443 - HIER_DIRECT/35.160.1.2 -",
        "1525334330.556      3 120.65.1.1 TCP_REFRESH_MISS/200 2014 GET http://x/favicon.ico - DIRECT/203.0.113.9 text/html",
        "1525344856.899 0 10.1.1.1 NONE/400 3500 NONE error:invalid-request - HIER_NONE/- text/html",
        "1525344856.899 5 fe80::1 TCP_DENIED/407 3500 GET http://x/ bob NONE/- text/html;charset=utf-8",
        "1525344856.899 5 10.1.1.1 TCP_MISS_ABORTED/000 0 GET http://x/ - HIER_DIRECT/some.host -",
    ],
    "S3_ACCESS_LOG": [
        '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be DOC-EXAMPLE-BUCKET1 [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a59 3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /DOC-EXAMPLE-BUCKET1?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV2 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader x.s3.us-west-1.amazonaws.com TLSV1.1',
        '79a b [06/Feb/2019:00:00:38 +0000] - - R S3.EXPIRE.OBJECT k - - - - 41 - - "-" "-" -',
        '79a b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 arn:aws:iam::1:user/x 3E R.COPY.PART photos/a%2Bb.jpg "GET /b/x HTTP/1.1" 404 NoSuchKey 297 - 38 - "http://a" "aws-sdk, x" -',
    ],
    "ELB_ACCESS_LOG": [
        '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -',
        '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.001069 0.000028 0.000041 - - 82 305 "- - - " "-" - -',
        '2014-02-15T23:39:43.945958Z lb 192.168.131.39:2817 - -1 -1 -1 503 0 0 0 "GET http://h:80/a?b=%20 HTTP/1.1"',
    ],
    "CLOUDFRONT_ACCESS_LOG": [
        "2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/index.html\t200\t-\tMozilla/5.0%20(Windows)\t-\t-\tHit\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\td111111abcdef8.cloudfront.net\thttps\t23\t0.001\t-\tTLSv1.2\tECDHE-RSA-AES128-GCM-SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\ttext/html\t78\t-\t-",
        "2016-06-10\t18:41:39\tIAD53\t224281\t192.168.1.1\tGET\td27enomp470abc.cloudfront.net\t/content/sample.html\t200\thttps://example.com/\tMozilla/5.0\t-\t-\tHit\tQdIxEpHwiZZxy==\td27.cloudfront.net\thttps\t563\t0.052\t-\tTLSv1.2\tECDHE\tHit\tHTTP/1.1",
    ],
    "JAVASTACKTRACEPART": [
        "\tat java.base/java.lang.Thread.run(Thread.java:834)",
        "    at org.x.Y$1.<init>(Native Method)",
        "    at com.A.lambda$b$0(Unknown Source)",
    ],
    "CATALINALOG": [
        "31-Jul-2020 16:40:38.578 INFO [main] org.apache.catalina.core.StandardEngine.startInternal Starting Servlet Engine: Apache Tomcat/8.5.57",
        "Jul 30, 2020 1:23:45 PM org.apache.catalina.startup.Catalina start\nINFO: Server startup in 11 ms",
        "24-Nov-2020 09:20:11.123 SEVERE [http-nio-8080-exec-1] a.B.<init> failed",
    ],
    "TOMCATLOG": [
        "2014-01-09 20:03:28,269 -0800 | ERROR | com.example.service.ExampleService - something completely unexpected happened...",
        "Jul 31, 2020 4:40:20 PM com.x.Y z\nWARNING: a",
    ],
    "TOMCAT_DATESTAMP": [
        "2014-01-09 20:03:28,269 -0800",
    ],
    "CATALINA_DATESTAMP": [
        "30-Jun-2020 16:40:38.451",
    ],
    "MAVEN_VERSION": [
        "3.0.0-RELEASE",
        "1.1.0-SNAPSHOT",
        "1.2.3-rc1",
    ],
    "RT_FLOW1": [
        "Feb 11 10:12:00 fw RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed TCP FIN: 1.1.1.1/100->2.2.2.2/443 junos-https 3.3.3.3/200->2.2.2.2/443 rule1 None 6 pol trust untrust 120 10(1000) 12(2200) 10 UNKNOWN UNKNOWN N/A(N/A) ge-0/0/0.0",
    ],
    "RT_FLOW2": [
        "RT_FLOW: RT_FLOW_SESSION_CREATE: session created 192.168.1.1/3->10.0.0.1/4 icmp 192.168.1.1/3->10.0.0.1/4 None None 1 p a b 9 N/A(N/A) ge-0/0/1.0",
        "RT_FLOW_SESSION_CREATE: session created 192.168.1.1/3->10.0.0.1/4 0x0 junos-http 192.168.1.1/3->10.0.0.1/4 0x0 source rule r1 N/A N/A 6 p a b 9",
    ],
    "RT_FLOW3": [
        "RT_FLOW_SESSION_DENY: session denied 1.1.1.1/5->2.2.2.2/80 None 6(0) default-deny untrust trust UNKNOWN UNKNOWN N/A(N/A) ge-0/0/0.0",
    ],
    "MONGO3_LOG": [
        "2014-11-03T18:28:32.450-0500 I NETWORK [initandlisten] waiting for connections on port 27017",
        "2016-06-30T14:08:48.000+0000 I -        [conn1] end connection 1.2.3.4:5",
        "2018-01-01T00:00:00.000Z D2 COMMAND  [conn9] run command",
    ],
    "MONGO_LOG": [
        "Wed Feb 13 05:15:10.123 [conn1] query a.b",
    ],
    "MONGO_SLOWQUERY": [
        "[conn11485496] query sample.User query: { clientId: 12345 } ntoreturn:0 ntoskip:0 nscanned:287011 keyUpdates:0 numYields: 2 locks(micros) r:4187700 nreturned:18 reslen:14019 2340ms",
    ],
    "REDISLOG": [
        "[4018] 14 Nov 07:01:22.119 # Server started",
        "31115:M 08 Apr 2019 17:36:16.123 - Accepted 127.0.0.1:5",
    ],
    "REDISMONLOG": [
        '1470637867.953466 [0 195.168.1.1:52500] "info"',
        '1470637925.186681 [0 127.0.0.1:39404] "rpush" "my:special:key" "{\\"data\\":\\"x\\"}"',
        '1339518083.107412 [0 unix:/tmp/r.sock] "keys" "*"',
        '1339518083.107412 [0 127.0.0.1:60866] "keys"  "*"',
    ],
    "REDISTIMESTAMP": [
        "14 Nov 07:01:22.119",
    ],
    "RUBY_LOGGER": [
        "I, [1999-03-03T02:34:24.895701 #19074]  INFO -- Main: info.",
        "W, [2024-01-01T00:00:00.1 #1]  WARN -- : x",
    ],
    "RAILS3": [
        'Started GET "/" for 127.0.0.1 at 2015-08-05 11:37:01 +0200\nProcessing by HomeController#index as HTML\n  Parameters: {"a"=>"b"}\nRendered x\nCompleted 200 OK in 23ms (Views: 14.3ms | ActiveRecord: 0.5ms)',
        'Started POST "/x" for ::1 at 2015-08-05 11:37:01 -0800\nProcessing by Api::V1::UsersController#create as JSON\nCompleted 401 Unauthorized in 5ms (ActiveRecord: 1.1ms)\n',
    ],
    "MCOLLECTIVE": [
        "I, [2010-12-29T11:15:32.321744 #11479]  INFO -- : mcollectived:33 The Marionette Collective 1.1.0 started",
    ],
    "MCOLLECTIVEAUDIT": [
        "2010-12-28T17:09:03.889113+0000: reqid=3: ",
    ],
    "POSTGRESQL": [
        "2013-05-04 12:34:56 UTC postgres 5184c2a0.1234 4660",
        "2016-02-15 10:00:00 CET app conn-1 12",
    ],
    "EXIM": [
        '2014-08-10 11:18:46 1XGPC6-0001dF-Ba <= a@b.com H=mail.x.org (helo.x) [1.2.3.4]:25 I=[5.6.7.8]:25 P=esmtps X=TLS1.2:DHE:256 CV=no S=2000 id=x@y T="Hello \\"you\\"" from <a@b.com> for c@d.org',
        "2020-02-11 17:09:46 [12345] 1j1Z2g-00Faoy-Uh <= <> R=1j1Z2f-00F P=local S=900",
        "1995-10-31 08:57:53 0tACW1-0005MB-00 <= kryten@dwarf.fict.example H=mailer.fict.example [192.168.123.123] U=exim P=smtp S=5678 id=incomprehensible",
        '2021-01-01 00:00:00 1kvABC-0001AB-2C <= root@host U=root P=local S=500 T="Cron <root@host> test"',
        "2024-01-01 00:00:00 1rKABC-000000012AB-1x2y <= a@b H=([10.0.0.1]) [10.0.0.1] P=esmtp S=5",
    ],
    "EXIM_MSGID": [
        "1j1Z2g-00Faoy-Uh",
    ],
    "EXIM_DATE": [
        "2020-02-11 17:09:46",
    ],
    "EXIM_FLAGS": [
        "<=",
    ],
    "EXIM_REMOTE_HOST": [
        "H=x [1.2.3.4]:50",
        "H=(helo) [::1]:9",
    ],
    "BIND9": [
        "17-Feb-2018 23:06:56.326 queries: info: client 172.26.0.1#12345 (test.com): query: test.com IN A +E(0)K (172.26.0.3)",
        "01-May-2019 00:27:48.084 queries: info: client @0x7f82bc11d4e0 127.0.0.1#42520 (ci.elastic.co): query: ci.elastic.co IN AAAA - (127.0.0.1)",
        "30-Jun-2018 15:50:00.999 queries: info: client 10.0.0.1#5 (a.b): view internal: query: a.b IN TYPE65 +T (10.0.0.2) [ECS 1.2.3.0/24/0]",
    ],
    "ZEEK_HTTP": [
        "1331901000.000000\tCHEt7z3AzG4gyCNgci\t192.168.202.79\t50465\t192.168.229.251\t80\t1\tHEAD\t192.168.229.251\t/DEASLog02.nsf\t-\t1.1\tMozilla/5.0\t-\t0\t0\t404\tNot Found\t-\t-\t(empty)\t-\t-\t-\t-\t-\t-\t-\t-\t-",
    ],
    "BRO_HTTP": [
        "1432555199.633017\tCOpk6E3vkURP8QQNKl\t192.168.9.35\t55281\t178.236.7.146\t80\t4\tPOST\twww.amazon.it\t/xa/dealcontent\thttp://x\tMozilla/5.0\t223\t1859\t200\tOK\t-\t-\t-\t(empty)\t-\t-\t-\tFrLEcY3AUPKdcYGf29\ttext/plain\tFOJpbGzIMh9syPxH8\ttext/plain",
    ],
    "BRO_DNS": [
        "1359565680.761790\tUWkUyAuUGXf\t192.168.6.10\t53209\t192.168.129.36\t53\tudp\t41477\tpaypal.com\t1\tC_INTERNET\t48\tDNSKEY\t0\tNOERROR\tF\tF\tT\tF\t1\t-\t455.000000,455.000000\tF",
    ],
    "ZEEK_DNS": [
        "1591367999.430166\tCLqNid1Bym8tAnwpK7\t192.168.10.25\t46247\t192.168.10.31\t53\tudp\t10342\t0.000424\tx.org\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tT\tF\tT\tT\t0\t192.168.10.31\t3600.000000\tF",
    ],
    "ZEEK_CONN": [
        "1541001600.580233\tCVeCJ54\t192.168.1.102\t137\t192.168.1.255\t137\tudp\tdns\t-\t-\t-\tS0\t-\t-\t0\tD\t1\t229\t0\t0\t-",
    ],
    "ZEEK_FILES": [
        "1362692527.009512\tFMkioa222mEuM2RuQ9\t35.199.178.4\t10.178.98.102\tC908Ak2\tSSL\t0\tX509,MD5,SHA1\tapplication/pkix-cert\t-\t0.000000\tF\tF\t947\t-\t0\t0\tF\t-\t79e4a9840d7d3a96d7c04fe2434c892e\ta8985d3a65e5e5c4b2d7d66d40c6dd2fb19c5436\t-\t-\t-\t-",
    ],
    "NAGIOSLOGLINE": [
        "[1427925600] CURRENT SERVICE STATE: prod_virreg1;RAM;OK;HARD;1;OK: Memory Usage (MB): Total: 4096, Free: 2000",
        "[1427925600] CURRENT HOST STATE: nsc1;UP;HARD;1;OK",
        "[1427956600] SERVICE NOTIFICATION: nagiosadmin;nsc;Total Processes;WARNING;notify-service-by-email;PROCS WARNING",
        "[1427956600] HOST ALERT: a;DOWN;SOFT;1;CRITICAL",
        "[1427956600] TIMEPERIOD TRANSITION: 24X7;-1;1",
        "[1427956600] EXTERNAL COMMAND: DISABLE_HOST_SVC_NOTIFICATIONS;nagiosadmin",
        "[1427956600] EXTERNAL COMMAND: SCHEDULE_HOST_DOWNTIME;sputnik;1430748042;1430755242;1;0;7200;nagiosadmin;Kernel upgrade",
        "[1427956600] SERVICE EVENT HANDLER: a;b;CRITICAL;HARD;3;restart-httpd",
        "[1427956600] SERVICE FLAPPING ALERT: a;b;STARTED; Service appears",
        "[1427956600] SERVICE DOWNTIME ALERT: a;b;STARTED; Service has entered",
        "[1427956600] PASSIVE SERVICE CHECK: a;b;0;OK",
        "[1427956600] Warning: The results of service 'x' on host 'y' are stale",
        "[1427956600] HOST EVENT HANDLER: a;DOWN;HARD;3;handler",
        "[1427956600] EXTERNAL COMMAND: PROCESS_SERVICE_CHECK_RESULT;h;s;0;ok",
        "[1427956600] EXTERNAL COMMAND: SCHEDULE_HOST_DOWNTIME;h;1430748042;1430755242;1;0;7200;a;",
        "[1427956600] SERVICE ALERT: h;s;CRITICAL;SOFT;1;CRITICAL - Socket timeout",
    ],
    "BACULA_LOGLINE": [
        '24-Aug 01:51 crey-sd: User defined maximum volume capacity 107,374,182,400 exceeded on device "vDrive-1" (/usr/local/bac/volumes).',
        '24-Aug 01:51 s JobId 1: End of medium on Volume "D-1" Bytes=107,374,108,400 Blocks=1,664,405 at 24-Aug-2015 01:51.',
        '05-Apr 13:50 bacula-dir JobId 2: Created new Volume "D" in catalog.',
        "22-Aug 23:07 bacula-dir JobId 1: Start Backup JobId 1, Job=BackupClient1.2015-08-22_23.05.00_03",
        '25-Aug 09:30 a JobId 8: shell command: run ClientRunBeforeJob "/bin/x"',
        "25-Aug 09:30 a JobId 8: Job write elapsed time = 00:02:43, Transfer rate = 5.234 M Bytes/second",
        '25-Aug 09:30 a JobId 8:      Could not stat "/x": ERR=No such file',
        "25-Aug 09:30 a JobId 8: Error: Bacula a-dir 5.2.6 (21Feb12):",
    ],
    "CISCO_TAGGED_SYSLOG": [
        "<134>Jan  5 2021 12:00:00 fw1 : %ASA-6-106015: Deny TCP",
        "<191>Aug 1 14:01:20 : %FTD-4-106023: x",
    ],
    "CISCOFW302013_302014_302015_302016": [
        "Teardown UDP connection 9 for outside:1.2.3.4/53 to inside:5.6.7.8/1234 duration 0:00:00 bytes 244",
        "Teardown TCP connection 9 for outside:1.2.3.4/53(LOCAL\\bob) to inside:5.6.7.8/1234 duration 1:02:03 bytes 244 TCP FINs (bob)",
        "Built inbound TCP connection 17605397 for net:10.241.0.1/56784 (10.241.0.1/56784)(DOM\\u) to s:10.1.1.1/443 (10.1.1.1/443)",
    ],
    "CISCOFW106001": [
        "Inbound TCP connection denied from 1.2.3.4/5 to 6.7.8.9/10 flags SYN ACK on interface outside",
    ],
    "CISCOFW106006_106007_106010": [
        "Deny inbound UDP from 1.2.3.4/5 to 6.7.8.9/53 due to DNS Query",
        "Deny inbound UDP from 1.2.3.4/5 to 6.7.8.9/53 on interface outside",
        "Deny inbound icmp src outside:1.2.3.4 dst inside:6.7.8.9 (type 8, code 0)",
    ],
    "CISCOFW106014": [
        "Deny inbound icmp src fw111:10.10.10.10 dst fw111:10.10.10.11(DOM\\bob) (type 8, code 0)",
    ],
    "CISCOFW106015": [
        "Deny TCP (no connection) from 10.20.1.1/443 to 10.20.1.2/50257 flags PSH ACK  on interface inside",
    ],
    "CISCOFW106021": [
        "Deny TCP reverse path check from 1.2.3.4 to 6.7.8.9 on interface inside",
    ],
    "CISCOFW106023": [
        'Deny protocol 41 src outside:1.2.3.4 dst inside:5.6.7.8 by access-group "x" [0x0, 0x0]',
        'Deny icmp src outside:1.2.3.4 dst inside:h.x (type 3, code 1) by access-group "x y" [0x1d1, 0x0]',
    ],
    "CISCOFW106100": [
        "access-list inside permitted tcp inside/10.10.123.45(51763) -> outside/192.168.67.89(80) hit-cnt 1 first hit [0x62c4905, 0x0]",
        "access-list inside est-allowed tcp inside/10.1.1.1(5)(user) -> outside/1.1.1.1(80)(u2) hit-cnt 12 300-second interval [0x0, 0x0]",
    ],
    "CISCOFW106100_2_3": [
        "access-list x denied udp for user 'bob' inside/1.2.3.4(5) -> outside/6.7.8.9(53) hit-cnt 1 first hit [0x0, 0x0]",
    ],
    "CISCOFW304001": [
        "10.20.30.40 Accessed URL 10.11.12.13:http://example.org",
        "10.20.30.40(DOMAIN\\login) Accessed URL 10.11.12.13:http://example.org",
    ],
    "CISCOFW110002": [
        "Failed to locate egress interface for UDP from outside:1.2.3.4/5 to 6.7.8.9/10",
    ],
    "CISCOFW302010": [
        "128 in use, 3000 most used",
    ],
    "CISCOFW302020_302021": [
        "Teardown ICMP connection for faddr 10.10.10.10/0 gaddr 10.10.10.11/0 laddr 10.10.10.11/0",
        "Built inbound ICMP connection for faddr 1.2.3.4/1(DOM\\u) gaddr 5.6.7.8/0 laddr 9.9.9.9/0(x)",
    ],
    "CISCOFW305011": [
        "Built dynamic TCP translation from inside:192.168.1.1/3141 to outside:1.2.3.4/49203",
        "Teardown static UDP translation from a:1.1.1.1/1(d\\u) to b:2.2.2.2/2",
    ],
    "CISCOFW313001_313004_313008": [
        "Denied ICMP type=3, code=3 from 10.0.0.1 on interface outside",
        "Denied ICMPv6 type=131, code=0 from fe80::1 on interface o to ff02::1",
    ],
    "CISCOFW313005": [
        "No matching connection for ICMP error message: icmp src outside:1.2.3.4 dst inside:5.6.7.8 (type 3, code 3) on outside interface.  Original IP payload: udp src 5.6.7.8/53 dst 1.2.3.4/10872.",
    ],
    "CISCOFW321001": [
        "Resource 'conns' limit of 500 reached for system",
    ],
    "CISCOFW402117": [
        "IPSEC: Received a non-IPSec packet (protocol= ICMP) from 1.1.1.1 to 2.2.2.2.",
        "IPSEC: Received a non-IPSec packet (protocol=UDP) from 1.1.1.1 to 2.2.2.2",
    ],
    "CISCOFW402119": [
        "IPSEC: Received an ESP packet (SPI= 0x1B86506B, sequence number= 0x28B) from 1.1.1.1 (user= bob) to 2.2.2.2 that failed anti-replay checking.",
    ],
    "CISCOFW419001": [
        "Dropping TCP packet from outside:1.1.1.1/80 to inside:2.2.2.2/5, reason: MSS exceeded, MSS 1380, data 1460",
    ],
    "CISCOFW419002": [
        "Duplicate TCP SYN from inside:1.1.1.1/5 to outside:2.2.2.2/80 with different initial sequence number",
    ],
    "CISCOFW500004": [
        "Invalid transport field for protocol=UDP, from 1.1.1.1/0 to 2.2.2.2/53",
    ],
    "CISCOFW602303_602304": [
        "IPSEC: An outbound LAN-to-LAN SA (SPI= 0xF81283) between 1.1.1.1 and 2.2.2.2 (user= 2.2.2.2) has been created.",
    ],
    "CISCOFW710001_710002_710003_710005_710006": [
        "TCP access denied by ACL from 1.1.1.1/5 to outside:2.2.2.2/22",
        "UDP request discarded from 1.1.1.1/68 to inside:255.255.255.255/67",
        "TCP access requested from 1.1.1.1/5 to i:2.2.2.2/ssh",
    ],
    "CISCOFW713172": [
        "Group = Remote, IP = 1.1.1.1, Automatic NAT Detection Status:     Remote end is NOT behind a NAT device     This   end IS behind a NAT device",
    ],
    "CISCOFW733100": [
        "[ Scanning] drop rate-1 exceeded. Current burst rate is 4 per second, max configured rate is 10; Current average rate is 7 per second, max configured rate is 5; Cumulative total count is 4571",
        "[Firewall] drop rate-2 exceeded. Current burst rate is 0 per second, max configured rate is -4; Current average rate is 3 per second, max configured rate is 2; Cumulative total count is 9",
    ],
    "CISCOFW105003": [
        "(Primary) Monitoring on interface outside waiting",
    ],
    "CISCOFW105005": [
        "(Secondary) Lost Failover communications with mate on interface inside",
    ],
    "CISCOFW105009": [
        "(Primary) Testing on interface x Passed",
    ],
    "CISCOFW104003": [
        "(Primary) Switching to FAILED.",
    ],
    "SHOREWALL": [
        "May 28 17:23:25 myHost kernel: [3124658.791874] Shorewall:FWD:REJECT:IN=eth2 OUT=eth2 SRC=1.2.3.4 DST=1.2.3.4 LEN=141 TOS=0x00 PREC=0x00 TTL=63 ID=55251 PROTO=UDP SPT=5353 DPT=5335 LEN=121",
        "Feb 1 12:00:00 h kernel: Shorewall:net2fw:DROP:IN=eth0 OUT= MAC=00:11:22:33:44:55:66:77:88:99:aa:bb:08:00 SRC=1.1.1.1 DST=2.2.2.2 LEN=40 TOS=0x00 PREC=0x00 TTL=63 ID=5 DF PROTO=TCP SPT=1 DPT=2 WINDOW=5 RES=0x00 SYN URGP=0",
        "Feb 1 12:00:00 h kernel: Shorewall::: IN=eth0",
    ],
    "IPTABLES": [
        "IN=eth1 OUT=eth0 SRC=fe80::1 DST=ff02::1 LEN=72 TC=0 HOPLIMIT=1 FLOWLBL=0 PROTO=ICMPv6 TYPE=130 CODE=0",
    ],
    "SFW2": [
        "2020-01-01T00:00:00.000000+00:00 host kernel: SFW2-INext-DROP-DEFLT IN=eth0 OUT= MAC=01 SRC=10.0.0.1 DST=224.0.0.1 LEN=32 TOS=0x00 PREC=0xC0 TTL=1 ID=0 DF PROTO=2",
    ],
    "NETSCREENSESSIONLOG": [
        'Jun  2 14:53:31 fire00 aka1: NetScreen device_id=aka1  [Root]system-notification-00257(traffic): start_time="2006-06-02 14:53:30" duration=1 policy_id=119 service=udp/port:7001 proto=17 src zone=Trust dst zone=DMZ action=Permit sent=1106 rcvd=7 src=192.168.2.1 dst=1.2.3.4 src_port=3036 dst_port=7001 src-xlated ip=192.168.2.1 port=3036 dst-xlated ip=1.2.3.4 port=7001 session_id=5 reason=Close - AGE OUT',
    ],
}

OTHERS = {
    "IPV6": [
        "hello",
        "12:34",
        "10.0.0.1",
    ],
    "IPV4": [
        "256.1.1.1",
        "1.2.3",
    ],
    "URN": [
        "urn:",
        "urn:-bad:x",
        "urn:a:",
    ],
    "UUID": [
        "6ba7b810-9dad-11d1-80b4-00c04fd430c",
    ],
    "MAC": [
        "00:11:22:aa:bb",
    ],
    "WINPATH": [
        "C:",
    ],
    "UNIXPATH": [
        "a",
    ],
    "URIPATH": [
        "foo",
    ],
    "URI": [
        "jdbc:mysql",
    ],
    "URIPROTO": [
        "1",
    ],
    "TIMESTAMP_ISO8601": [
        "2015-13-01T00:00:00Z",
        "2015-01-32T00:00:00Z",
        "2015-01-01T25:00:00Z",
        "2015-01-01",
        "2015-01-01T00:60:00Z",
        "2015-00-01T00:00:00Z",
        "20150101T000000Z",
    ],
    "HTTPDATE": [
        "10/Foo/2024:23:59:59 -0800",
    ],
    "MONTH": [
        "Märzz",
        "Joule",
        "Janu",
    ],
    "TIME": [
        "24:00:00",
        "12:30",
    ],
    "EMAILADDRESS": [
        "@x.org",
    ],
    "QS": [
        "abc",
    ],
    "LOGLEVEL": [
        "hello",
    ],
    "NUMBER": [
        "abc",
    ],
    "POSINT": [
        "0",
    ],
    "TTY": [
        "/dev/sda",
    ],
    "SYSLOGLINE": [
        "Apr 17 2013 10:00:00 x",
    ],
    "CRONLOG": [
        "Nov 22 12:00:01 h crond[9]: (*system*) RELOAD (/etc/crontab)",
    ],
    "MAVEN_VERSION": [
        "1.1",
    ],
    "EXIM": [
        "2020-02-11 17:09:46 1j1Z2g-00Faoy-Uh => u@v.w R=dnslookup T=remote_smtp",
        "2020-02-11 17:09:46 1j1Z2g-00Faoy-Uh Completed",
    ],
}


@pytest.mark.parametrize("name", MATCHING)
def test_a_pattern_matches_the_lines_of_its_format(name: str) -> None:
    grok = compile_grok(f"%{{{name}}}")

    assert [line for line in MATCHING[name] if grok.match(line) is None] == []


@pytest.mark.parametrize("name", OTHERS)
def test_a_pattern_matches_no_others(name: str) -> None:
    grok = compile_grok(f"%{{{name}}}")

    assert [line for line in OTHERS[name] if grok.match(line) is not None] == []


def test_a_line_that_was_cut_short_still_gives_its_first_fields() -> None:
    grok = compile_grok("%{IPTABLES}")
    values = dict(
        zip(
            (name for name, _ in grok.columns),
            grok.match("IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=7 DF PRO") or (),
            strict=True,
        )
    )

    assert (values["source_ip"], values["iptables_fragment_flags"], values["network_transport"]) == ("10.0.0.1", "DF", None)


@pytest.mark.parametrize(
    "text", ["a " * 1500, "1.2.3.4 " * 300, "/a" * 1500, "- " * 1500, "0:" * 1500, '"x" ' * 700, "[a] " * 700, "\t-" * 1000]
)
def test_no_pattern_of_the_library_is_slow(text: str) -> None:
    for name in library():
        compile_grok(f"%{{{name}}}").match(text, time_limit=3.0)

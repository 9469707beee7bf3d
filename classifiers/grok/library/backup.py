"""Bacula's messages, by what they tell."""

from __future__ import annotations

_VOLUME = "%{BACULA_VOLUME:[bacula][volume][name]}"
_DEVICE = r'"%{BACULA_DEVICE:[bacula][volume][device]}" \(%{BACULA_DEVICEPATH:[bacula][volume][path]}\)'
_CLIENT = "%{BACULA_HOST:[bacula][client][name]}"
_ADDRESS = "%{IPORHOST:[client][address]}:%{POSINT:[client][port]:int}"
_ERROR = "ERR=%{GREEDYDATA:[error][message]}"
_SOURCE = r"(?:[\w.\-]+:[0-9]+ )?"  # the place in Bacula's own code

WORDS = {
    "BACULA_TIMESTAMP": "%{MONTHDAY}-%{MONTH}(?:-%{YEAR})? %{HOUR}:%{MINUTE}(?::%{SECOND})?",
    "BACULA_HOST": "%{HOSTNAME}",
    "BACULA_VOLUME": "%{USER}",
    "BACULA_DEVICE": "%{USER}",
    "BACULA_DEVICEPATH": "%{UNIXPATH}",
    "BACULA_CAPACITY": "%{INT}(?:,[0-9]{3})*",
    "BACULA_VERSION": "%{USER}",
    "BACULA_JOB": "%{USER}",
}

MESSAGES = {
    "BACULA_LOG_MAX_CAPACITY": rf"User defined maximum volume (?:size|capacity) %{{BACULA_CAPACITY:[bacula][volume][max_capacity]}} (?:will be )?(?:exceeded|reached) on device {_DEVICE}",
    "BACULA_LOG_END_VOLUME": rf'End of medium on Volume "{_VOLUME}" Bytes=%{{BACULA_CAPACITY:[bacula][volume][bytes]}} Blocks=%{{BACULA_CAPACITY:[bacula][volume][blocks]}} at %{{BACULA_TIMESTAMP:[bacula][timestamp]}}\.?',
    "BACULA_LOG_NEW_VOLUME": rf'Created new Volume[ =]"{_VOLUME}"(?:, [^"]*"[^"]*")* in catalog\.?',
    "BACULA_LOG_NEW_LABEL": rf'Labeled new Volume "{_VOLUME}" on (?:file )?device {_DEVICE}\.?',
    "BACULA_LOG_WROTE_LABEL": rf'Wrote label to prelabeled Volume "{_VOLUME}" on (?:file )?device {_DEVICE}\.?',
    "BACULA_LOG_NEW_MOUNT": rf'New volume "{_VOLUME}" mounted on device {_DEVICE} at %{{BACULA_TIMESTAMP:[bacula][timestamp]}}\.?',
    "BACULA_LOG_NOOPEN": rf"\s*Cannot open %{{DATA}}: {_ERROR}",
    "BACULA_LOG_NOOPENDIR": rf'\s*Could not open directory "?%{{DATA:[file][path]}}"?: {_ERROR}',
    "BACULA_LOG_NOSTAT": rf'\s*Could not stat "?%{{DATA:[file][path]}}"?: {_ERROR}',
    "BACULA_LOG_NOJOBS": rf'There are no more Jobs associated with Volume "{_VOLUME}"\. Marking it purged\.?',
    "BACULA_LOG_ALL_RECORDS_PRUNED": rf'(?:\.\.\. )?All records pruned from Volume "{_VOLUME}"; marking it "Purged"',
    "BACULA_LOG_BEGIN_PRUNE_JOBS": r"Begin pruning Jobs older than (?:%{INT} years? ?)?(?:%{INT} months? ?)?(?:%{INT} days? ?)?(?:[0-9]+ \w+ ?)*\.?",
    "BACULA_LOG_BEGIN_PRUNE_FILES": r"Begin pruning Files\.?",
    "BACULA_LOG_PRUNED_JOBS": rf"Pruned %{{INT}} Jobs?\*? for client {_CLIENT} from catalog\.?",
    "BACULA_LOG_PRUNED_FILES": rf"Pruned Files from %{{INT}} Jobs?\*? for client {_CLIENT} from catalog\.?",
    "BACULA_LOG_ENDPRUNE": r"End auto prune\.?",
    "BACULA_LOG_STARTJOB": r"Start Backup JobId %{INT}, Job=%{BACULA_JOB:[bacula][job][name]}",
    "BACULA_LOG_STARTRESTORE": r"Start Restore Job %{BACULA_JOB:[bacula][job][name]}",
    "BACULA_LOG_USEDEVICE": r'Using Device "%{BACULA_DEVICE:[bacula][volume][device]}"(?: to \w+)?\.?',
    "BACULA_LOG_DIFF_FS": r"\s*%{UNIXPATH} is a different filesystem\. Will not descend from %{UNIXPATH} into it\.?",
    "BACULA_LOG_JOBEND": r"Job write elapsed time = %{DATA:[bacula][job][elapsed_time]}, Transfer rate = %{NUMBER}(?: [KMGT])? ?Bytes/second",
    "BACULA_LOG_NOPRUNE_JOBS": r"No Jobs found to prune\.?",
    "BACULA_LOG_NOPRUNE_FILES": r"No Files found to prune\.?",
    "BACULA_LOG_VOLUME_PREVWRITTEN": rf'Volume "?{_VOLUME}"? previously written, moving to end of data\.?',
    "BACULA_LOG_READYAPPEND": rf'Ready to append to end of Volume "{_VOLUME}" (?:at file=[0-9]+|size=%{{INT:[bacula][volume][size]:long}}(?:,[0-9]{{3}})*)\.?',
    "BACULA_LOG_CANCELLING": r"Cancelling duplicate JobId=%{INT:[bacula][job][other_id]}\.?",
    "BACULA_LOG_MARKCANCEL": r"JobId %{INT:[bacula][job][other_id]},? Job %{BACULA_JOB:[bacula][job][name]} marked to be cancell?ed\.?",
    "BACULA_LOG_CLIENT_RBJ": r'shell command: run ClientRunBeforeJob "%{GREEDYDATA:[bacula][job][client_run_before_command]}"',
    "BACULA_LOG_VSS": r"(?:Generate )?VSS (?:Writer)?",
    "BACULA_LOG_MAXSTART": r"Fatal error: Job cancell?ed because max(?:imum)? (?:start delay|run) time exceeded\.?",
    "BACULA_LOG_DUPLICATE": r"Fatal error: JobId %{INT:[bacula][job][other_id]} already running\. Duplicate job not allowed\.?",
    "BACULA_LOG_NOJOBSTAT": r"Fatal error: No Job status returned from FD\.?",
    "BACULA_LOG_FATAL_CONN": rf"Fatal error: {_SOURCE}Unable to connect to (?:Client: {_CLIENT}|[\w ]+?) on {_ADDRESS}\. {_ERROR}",
    "BACULA_LOG_NO_CONNECT": rf"Warning: {_SOURCE}Could not connect to (?:Client: {_CLIENT}|[\w ]+?) on {_ADDRESS}\. {_ERROR}",
    "BACULA_LOG_NO_AUTH": rf'Fatal error: Unable to authenticate with File [Dd]aemon(?: at "?{_ADDRESS}"?)?\. Possible causes:',
    "BACULA_LOG_NOSUIT": r"No prior or suitable \w+ backup found in catalog\. Doing \w+ backup\.?",
    "BACULA_LOG_NOPRIOR": r"No prior Full backup Job record found\.?",
    "BACULA_LOG_JOB": r"(?:Error: )?Bacula %{BACULA_HOST} %{BACULA_VERSION} \(%{BACULA_VERSION}\):",
}

_KNOWN = "|".join(f"%{{{name}}}" for name in MESSAGES)

PATTERNS = {
    **WORDS,
    **MESSAGES,
    "BACULA_LOG": (
        "%{BACULA_TIMESTAMP:timestamp} %{BACULA_HOST:[host][hostname]}(?: JobId %{INT:[bacula][job][id]})?:? "
        rf"(?:{_KNOWN}|(?<=: )%{{GREEDYDATA:message}})"
    ),
    "BACULA_LOGLINE": "%{BACULA_LOG}",
}

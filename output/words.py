"""How things are put into words: safe text, counts, sizes, places, and oddities that are alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..catalog.model import Column, Table
from ..crawler.report import CrawlReport, Oddity, PartitionCounts, Severity, TableReport
from ..scan.verify import Verification

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
DONE = {"create": "created", "update": "updated", "unchanged": "unchanged", "deprecate": "deprecated", "delete": "deleted"}
PLANNED = {
    "create": "would be created",
    "update": "would be updated",
    "unchanged": "unchanged",
    "deprecate": "would be deprecated",
    "delete": "would be deleted",
}


def visible(text: str) -> str:
    """Return the text with everything that could drive a terminal, or that cannot be seen, escaped.

    File names, values and comments come from strangers: newlines, ANSI sequences, bidirectional
    overrides and bytes that are not UTF-8 are shown as Python would write them.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def shortened(text: str, width: int) -> str:
    """Return at most `width` characters, the last of them an ellipsis where some are left out."""
    return text if len(text) <= width else text[: width - 1] + "…"


def count(number: int, noun: str) -> str:
    """Return `1 object`, `1,234 objects`, `2 matches`, `2 entries`."""
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y"):
        return f"{number:,} {noun[:-1]}ies"
    return f"{number:,} {noun}{'es' if noun.endswith(('s', 'ch')) else 's'}"


def size(number: int) -> str:
    """Return bytes as people say them: `512 B`, `1.5 KB` (of 1,024)."""
    amount = float(number)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:,.1f} TB"


def place(url: str, base: str = "") -> str:
    """Return a URL as a person would type it: local files as paths, relative where they lie below `base`."""
    path = url.removeprefix("file://")
    if path != url and base and path.startswith(base.rstrip("/") + "/"):
        path = path.removeprefix(base.rstrip("/") + "/") or "./"
    return visible(path)


def full_name(table: Table) -> str:
    """Return `database.table`."""
    return f"{table.database_name}.{table.name}" if table.database_name else table.name


def classification(table: Table) -> str:
    """Return the format that the crawler found."""
    return (table.parameters or {}).get("classification", "") or "unclassified"


def held(one: TableReport) -> str:
    """Return of what kind a table is and how much it holds: `csv, 3 objects, 1.5 KB`, `postgresql view`, `mysql table, about 12 rows`."""
    parameters = one.table.parameters or {}
    if "connectionName" not in parameters:
        return f"{classification(one.table)}, {count(one.objects, 'object')}, {size(one.bytes)}"
    rows = f", about {count(int(parameters['recordCount']), 'row')}" if "recordCount" in parameters else ""
    return f"{classification(one.table)} {parameters.get('gluepot.kind') or parameters.get('typeOfData', 'table')}{rows}"


def column_type(column: Column) -> str:
    """Return a column's type; Glue allows none."""
    return column.type or "(no type)"


def partition_changes(counts: PartitionCounts) -> str:
    """Return `3 partitions: 1 added, 2 unchanged`."""
    parts = {"added": counts.added, "updated": counts.updated, "unchanged": counts.unchanged, "without data now": counts.vanished}
    return f"{count(counts.total, 'partition')}: {', '.join(f'{number:,} {word}' for word, number in parts.items() if number) or 'none'}"


def verdict(verification: Verification) -> str:
    """Return what reading a table back found, in a few words."""
    read = count(verification.rows, "row") + (f" of {count(verification.files, 'file')}" if verification.files else "")
    if verification.status == "verified":
        return f"verified: {'all ' if verification.complete and verification.rows > 1 else ''}{read}"
    return verification.status


def read_back(one: TableReport) -> Verification | None:
    """Return what reading a table back found; one without columns, of unknown format, has nothing to read."""
    return one.verification if one.table.columns else None


def failure(verification: Verification, base: str = "") -> str:
    """Return the file, line, column and value that contradict a table."""
    found = verification.failure
    if found is None:
        return verification.status
    words = [place(found.file, base)] if found.file else []
    words += [f"{found.counted} {found.line}"] if found.line else []
    words += [f"column {visible(found.column)}"] if found.column else []
    reason = visible(found.reason.removeprefix(f"{found.file}: "))
    told = f"'{visible(found.value)}' {reason}" if found.value is not None else reason
    return f"{', '.join(words)}: {told}" if words else told


@dataclass(frozen=True, slots=True)
class OddityGroup:
    """Oddities that say the same of several subjects."""

    severity: Severity
    message: str
    subjects: tuple[str, ...]

    def sentence(self, base: str = "", shown: int = 3) -> str:
        """Return the message and the first few subjects, safe to print."""
        places = [place(subject, base) for subject in self.subjects[:shown]]
        more = len(self.subjects) - len(places)
        return f"{', '.join(places)}{f' and {more:,} more' if more else ''}: {visible(self.message)}"


def grouped(oddities: Iterable[Oddity]) -> list[OddityGroup]:
    """Gather oddities that say the same, the severest first, otherwise in the order in which they came."""
    groups: dict[tuple[Severity, str], list[str]] = {}
    for oddity in oddities:
        groups.setdefault((oddity.severity, oddity.message), []).append(oddity.subject)
    ordered = sorted(groups.items(), key=lambda item: SEVERITIES.index(item[0][0]))
    return [OddityGroup(severity, message, tuple(subjects)) for (severity, message), subjects in ordered]


def summary(report: CrawlReport) -> str:
    """Return a crawl in one sentence."""
    words = PLANNED if report.dry_run else DONE
    actions = [table.action for table in report.tables]
    told = [f"{actions.count(action):,} {word}" for action, word in words.items() if action in actions]
    how = f" {words[actions[0]]}" if len(told) == 1 else f" ({', '.join(told)})" * bool(told)
    tables = count(len(actions), "table") + how
    ending = " Nothing was written: this was a dry run." if report.dry_run else ""
    sources = [count(report.databases, "database")] if report.databases else []
    sources += [f"{count(report.listed, 'object')}, {size(report.bytes)},"] if report.listed or not sources else []
    return f"{tables} from {' and '.join(sources)} in {report.seconds:.1f} s.{ending}"


def severities(report: CrawlReport) -> Iterator[tuple[Severity, int]]:
    """Yield how many oddities there are of each severity that occurs."""
    for severity in SEVERITIES:
        number = sum(oddity.severity == severity for oddity in report.oddities)
        if number:
            yield severity, number


def action_word(table: TableReport, *, dry_run: bool) -> str:
    """Return what happens to a table, as a past or a conditional."""
    return (PLANNED if dry_run else DONE)[table.action]

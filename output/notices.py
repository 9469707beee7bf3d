"""What is not data: oddities and the summary, as plain lines."""

from __future__ import annotations

from typing import TextIO

from ..crawler.report import CrawlReport
from .words import failure, full_name, grouped, read_back, summary, visible

SHOWN_GROUPS = 50


def write_notices(report: CrawlReport, stream: TextIO | None) -> None:
    """Write failed verifications, oddities that are alike in one line, and the summary."""
    if stream is None:
        return
    _write_failures(report, stream)
    groups = grouped(report.oddities)
    stream.writelines(f"{group.severity}: {group.sentence()}\n" for group in groups[:SHOWN_GROUPS])
    if len(groups) > SHOWN_GROUPS:
        stream.write(f"{len(groups) - SHOWN_GROUPS:,} more kinds of oddities: --output json gives all of them.\n")
    stream.write(summary(report) + "\n")


def write_errors(report: CrawlReport, stream: TextIO) -> None:
    """Write what made the crawl less than whole, and nothing else: what is left to say when the user wants quiet."""
    _write_failures(report, stream)
    errors = grouped(oddity for oddity in report.oddities if oddity.severity == "error")
    stream.writelines(f"error: {group.sentence()}\n" for group in errors[:SHOWN_GROUPS])


def _write_failures(report: CrawlReport, stream: TextIO) -> None:
    for one in report.tables:
        found = read_back(one)
        if found is not None and found.status != "verified":
            level = "error" if found.status == "failed" else "warning"
            stream.write(f"{level}: {visible(full_name(one.table))} cannot be read back: {failure(found)}\n")

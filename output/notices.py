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
    for one in report.tables:
        found = read_back(one)
        if found is not None and found.status != "verified":
            level = "error" if found.status == "failed" else "warning"
            stream.write(f"{level}: {visible(full_name(one.table))} cannot be read back: {failure(found)}\n")
    groups = grouped(report.oddities)
    for group in groups[:SHOWN_GROUPS]:
        stream.write(f"{group.severity}: {group.sentence()}\n")
    if len(groups) > SHOWN_GROUPS:
        stream.write(f"{len(groups) - SHOWN_GROUPS:,} more kinds of oddities: --output json gives all of them.\n")
    stream.write(summary(report) + "\n")

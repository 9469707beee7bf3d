"""Which element of an XML document is a row: the shallowest that repeats, is shaped like a record, and is most of the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

# Share of the document that rows must be: beside the root's own few fields, and further down, where
# a list is more often one field of a single record (the lines of an order) than the document's purpose.
_SHARE = 0.5
_SHARE_BELOW = 0.8

# Formats whose rows are known, even a single one beside a long description.
_KNOWN = {"channel": "item", "feed": "entry", "rdf": "item", "urlset": "url", "sitemapindex": "sitemap"}
# What a container is called that holds nothing but rows.
_CONTAINERS = frozenset("root data dataset records rows rowset list items entries results resultset table".split())


@dataclass(frozen=True, slots=True)
class RowTag:
    """The rows' element, and how it was found."""

    tag: str
    reason: str
    beside: tuple[tuple[str, int], ...] = ()  # other repeated records next to the rows, which are not read


def choose(documents: Sequence[Element]) -> RowTag:
    """Choose the element whose occurrences are the rows; a document in which nothing repeats is one row."""
    if len(documents) > 1:
        container = Element("")
        container.extend(documents)
        if found := _repeated(container, sum(map(_weight, documents)), _SHARE):
            return found
    return _descend(documents[0])


def _descend(root: Element) -> RowTag:
    container, share = root, _SHARE
    total = _weight(root)
    while len(container):
        total -= 1 + sum(name.startswith("xmlns") for name in container.attrib)  # a container is no content
        if (known := _known(container)) or (known := _repeated(container, total, share)):
            return known
        child = max(container, key=_weight)
        if len(container) == 1 and _holds_only(container, child):
            return RowTag(child.tag, f"<{container.tag}> is called like a container of <{child.tag}>")
        container, share = child, _SHARE_BELOW
    return RowTag(root.tag, "nothing like a record repeats in it, so the document is one row")


def _known(container: Element) -> RowTag | None:
    tag = _KNOWN.get(_local(container.tag))
    row = next((child.tag for child in container if _local(child.tag) == tag), None) if tag else None
    return RowTag(row, f"<{row}> is the record of a {container.tag}") if row else None


def _repeated(container: Element, total: int, share: float) -> RowTag | None:
    groups: dict[str, list[Element]] = {}
    for child in container:
        groups.setdefault(child.tag, []).append(child)
    records = {tag: members for tag, members in groups.items() if len(members) > 1 and _like_records(members)}
    if not records:
        return None
    weights = {tag: sum(map(_weight, members)) for tag, members in records.items()}
    tag = max(weights, key=weights.__getitem__)
    if weights[tag] < share * total:
        return None
    beside = tuple((other, len(members)) for other, members in records.items() if other != tag)
    return RowTag(tag, f"<{tag}> comes {len(records[tag])} times, {weights[tag] / total:.0%} of the document", beside)


def _like_records(members: Sequence[Element]) -> bool:
    """Say whether elements have fields: children or attributes, not text alone."""
    return 2 * sum(bool(len(member) or member.attrib) for member in members) >= len(members)


def _holds_only(container: Element, child: Element) -> bool:
    outer, inner = _local(container.tag), _local(child.tag)
    if not _like_records([child]):
        return False
    return outer in _CONTAINERS or (outer != inner and outer.startswith((inner, inner[:-1] + "ies"))) or outer == f"arrayof{inner}"


def _local(tag: str) -> str:
    return tag.rpartition(":")[2].lower()


def _weight(element: Element) -> int:
    """Count an element's elements and attributes."""
    return sum(1 + len(inner.attrib) for inner in element.iter())

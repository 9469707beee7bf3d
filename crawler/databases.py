"""What there is in the databases of a target."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ..catalog.interface import Catalog
from ..catalog.model import Connection, Table
from ..databases.address import Address, is_address, parse_address
from ..databases.connections import Sessions, address_of
from ..databases.include import Include, include
from ..errors import EntityNotFound, InvalidInput, StorageError
from ..scan.relation import is_relation, path_of
from ..storage.globs import Excludes
from .relations import Found

Covers = Callable[[Table], bool]  # whether a table would have been found, were it still there


@dataclass(frozen=True, slots=True)
class Target:
    """A connection and what is meant of its server."""

    connection: str
    address: Address
    meant: Include
    new: bool = False  # the catalog does not have the connection yet


@dataclass(slots=True)
class Surveyed:
    """What was found of one target, and what could not be looked into."""

    found: list[Found] = field(default_factory=list[Found])
    failed: list[str] = field(default_factory=list[str])  # why databases could not be looked into
    denied: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])  # what of the others could not, and why
    covers: list[Covers] = field(default_factory=list[Covers])
    databases: int = 0
    excluded: int = 0


def is_connection(catalog: Catalog, target: str) -> bool:
    """Say whether a target begins with the name of one of the catalog's connections."""
    try:
        catalog.get_connection(target.partition("/")[0])
    except (EntityNotFound, InvalidInput):
        return False
    return True


def target_of(catalog: Catalog, text: str, introduced: Mapping[str, Address]) -> Target:
    """Read a URL, or a connection's name with an include path behind it. Raises InvalidInput, EntityNotFound.

    `introduced` are the connections that targets before this one make.
    """
    if is_address(text):
        address, meant = parse_address(text)
        address = address.anchored()
        known = _known(catalog, address)
        if known is not None:
            return Target(known.name, replace(address_of(known), database=address.database), meant)
        name = next((name for name, one in introduced.items() if leads_to(one, address)), None)
        if name is not None:
            return Target(name, replace(introduced[name], database=address.database), meant, new=True)
        return Target(_free_name(catalog, address, introduced), address, meant, new=True)
    name, _, path = text.partition("/")
    address = address_of(catalog.get_connection(name))
    meant = include(address.engine, path or ("" if address.engine.name == "sqlite" else address.database))
    return Target(name, address, meant)


def _known(catalog: Catalog, address: Address) -> Connection | None:
    """Return the connection that leads there; those that lead to no database of ours are none of our business."""
    for one in catalog.get_connections():
        with suppress(InvalidInput):
            if leads_to(address_of(one), address):
                return one
    return None


def leads_to(one: Address, other: Address) -> bool:
    """Say whether a connection is of the server and user that a URL names: it serves all databases there.

    How to sign in is the connection's to say, where the URL does not.
    """
    database = other.database if one.engine.name == "sqlite" else one.database
    tls, root = (one.tls, one.root_certificate) if other.tls == "prefer" else (other.tls, other.root_certificate)
    return one == replace(other, database=database, password=other.password or one.password, tls=tls, root_certificate=root)


def _free_name(catalog: Catalog, address: Address, introduced: Mapping[str, Address]) -> str:
    """Return a name for a connection that a URL makes: `postgresql-db.example.com`, told apart by port, user and number."""
    port = f"-{address.port}" if address.port != address.engine.port else ""
    place = address.database.rpartition("/")[2] if address.engine.name == "sqlite" else address.host
    plain = f"{address.engine.name}-{place}{port}"
    names = [plain, *([f"{plain}-{address.user}"] if address.user else []), *(f"{plain}-{number}" for number in range(2, 1000))]
    taken = {*introduced, *(one.name for one in catalog.get_connections())}
    return next(name for name in names if name not in taken)


def survey(target: Target, sessions: Sessions, excludes: Excludes) -> Surveyed:
    """Look into every database that is meant; one that fails leaves the others alone."""
    surveyed = Surveyed()
    if target.new:
        sessions.introduce(target.connection, target.address)
    for database in _databases(target, sessions, surveyed):
        try:
            _survey_database(target, database, sessions, excludes, surveyed)
        except StorageError as error:
            surveyed.failed.append(str(error))
    return surveyed


def _databases(target: Target, sessions: Sessions, surveyed: Surveyed) -> Iterator[str]:
    if target.meant.database:
        yield target.meant.database
        return
    home = target.address.database or target.address.engine.home
    try:
        with sessions.session(target.connection, home) as session:
            found = session.databases()
    except StorageError as error:
        surveyed.failed.append(str(error))
        return
    surveyed.covers.append(lambda table: _is_of(table, target) and known_path(table)[0] not in found)
    yield from found


def _survey_database(target: Target, database: str, sessions: Sessions, excludes: Excludes, surveyed: Surveyed) -> None:
    with sessions.session(target.connection, database) as session:
        found = session.survey(target.meant)
    surveyed.databases += 1
    for relation in found.relations:
        if excludes.matches(target.meant.below(relation.path)):
            surveyed.excluded += 1
        else:
            surveyed.found.append(Found(target.connection, target.address.engine, relation))
    surveyed.denied.extend(found.denied)
    denied = {path for path, _ in found.denied}

    def covers(table: Table) -> bool:
        path = known_path(table) if _is_of(table, target) else ()
        hidden = any(".".join(path[:length]) in denied for length in range(1, len(path) + 1))
        return bool(path) and path[0] == database and not hidden and target.meant.matches(path)

    surveyed.covers.append(covers)


def known_path(table: Table) -> tuple[str, ...]:
    """Return the names of a known table's database, schema and itself; one in which somebody has damaged them has none."""
    try:
        return path_of(table)
    except InvalidInput:
        return ()


def _is_of(table: Table, target: Target) -> bool:
    return (
        is_relation(table)
        and (table.parameters or {}).get("connectionName") == target.connection
        and len(known_path(table)) == len(target.meant.parts)
    )

"""Trying a connection: what the server says it is, and what its user may see there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .address import Address
from .include import include_parts
from .relations import Survey
from .secrets import Aws, signed_in
from .session import open_session


@dataclass(frozen=True, slots=True)
class Trial:
    """What a server answered."""

    address: Address  # with the user and the TLS that its secret asked for
    version: str
    databases: tuple[str, ...]  # that the user may connect to
    survey: Survey | None  # of the database that the address names


def attempt(address: Address, aws: Aws | None = None) -> Trial:
    """Open a session and look around. Raises InvalidInput, AccessDenied, ObjectNotFound, StoreUnavailable that say what is wrong."""
    asked, password = signed_in(address, aws)
    with open_session(asked if asked.database else replace(asked, database=asked.engine.home), password) as session:
        named = () if asked.engine.name == "sqlite" or not asked.database else (asked.database,)
        survey = session.survey(include_parts(asked.engine, named)) if asked.database else None
        return Trial(asked, session.version(), tuple(session.databases()), survey)

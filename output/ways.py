"""Ways to databases, in a few words; never a password, only where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..catalog.model import Connection
from ..databases.connections import URL, password_of
from ..databases.trial import Trial

Fact = str | int | list[str] | None


def connection_facts(connection: Connection) -> list[str | None]:
    """Return name, type, URL, user, where the password is, and description."""
    properties = connection.properties or {}
    place = properties.get(URL) or properties.get("CONNECTION_URL") or properties.get("HOST")
    facts = (connection.connection_type, place, properties.get("USERNAME"), password_of(properties), connection.description)
    return [connection.name, *facts]


def trial_facts(trial: Trial) -> Mapping[str, Fact]:
    """Return what a server answered, each by its name; lists are of names."""
    address, survey = trial.address, trial.survey
    facts: dict[str, Fact] = {"place": address.place, "server": trial.version, "user": address.user, "tls": address.tls}
    if address.engine.name == "sqlite":
        del facts["user"], facts["tls"]
    else:
        facts["databases"] = list(trial.databases)
    if survey is not None:
        kinds = Counter(relation.kind for relation in survey.relations)
        facts |= {f"{kind}s": number for kind, number in sorted(kinds.items())} or {"tables": 0}
        facts["denied"] = [f"{path}: {reason}" for path, reason in survey.denied]
    return facts

"""`crawl connections`: ways to databases, kept by name in the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..databases.tls import MODES
from ..errors import EntityNotFound, InvalidInput
from .verb import Run, verb

if TYPE_CHECKING:
    from ..databases.address import Address


@click.group(no_args_is_help=True)
def connections() -> None:
    """Keep ways to databases by name: add, test, list, rm.

    A TARGET of crawl may then be NAME, or NAME/DATABASE/SCHEMA/TABLE with % for
    any, which is Glue's include path.
    """


@connections.command()
@click.argument("name")
@click.argument("url")
@click.option("--user", help="Who signs in; a URL may say it too.")
@click.option("--password", metavar="REF", help="Where the password is: env:NAME, file:/path, secretsmanager:ID[#KEY] or rds-iam.")
@click.option("--tls", type=click.Choice(MODES), help="As in libpq; prefer by default.")
@click.option(
    "--root-certificate", metavar="FILE", help="The authority (PEM) that the server's certificate must be of; implies verify-full."
)
@click.option("--description", help="What it is, for people.")
@verb("catalog")
def add(
    run: Run,
    name: str,
    url: str,
    user: str | None,
    password: str | None,
    tls: str | None,
    root_certificate: str | None,
    description: str | None,
) -> int:
    """Keep a way to a server, or to one database of it.

    URL is postgresql://host/shop, mysql://user@host or the like, or JDBC's. The
    password itself is never kept, nor written here: --password says where it is.
    """
    from ..databases.address import parse_address
    from ..databases.connections import connection_of

    address, meant = parse_address(url)
    if any(part != "%" for part in meant.parts[1:]):
        raise InvalidInput(f"A connection leads to a database; give {'/'.join(meant.parts[1:])} when you crawl: crawl {name}/….")
    address = _with(address, user, password, tls, root_certificate)
    with run.catalog(write=True, create=True) as catalog:
        catalog.create_connection(connection_of(name, address, description))
    if not run.quiet:
        click.echo(f"Added. Try it: crawl connections test {name}", err=True)
    return 0


@connections.command()
@click.argument("name", metavar="NAME|URL")
@verb("catalog", "output", "region", "profile")
def test(run: Run, name: str) -> int:
    """Sign in, and say what may be seen there, or what is wrong."""
    from ..databases.secrets import Aws
    from ..databases.trial import attempt

    s3 = run.config.crawl.s3
    run.output().trial(attempt(_address(run, name), Aws(s3.region, s3.profile)))
    return 0


@connections.command(name="list")
@verb("catalog", "output")
def list_(run: Run) -> int:
    """List the catalog's connections."""
    with run.catalog() as catalog:
        run.output().connections(catalog.get_connections())
    return 0


@connections.command()
@click.argument("name")
@verb("catalog")
def rm(run: Run, name: str) -> int:
    """Forget a connection; the tables that were found through it stay."""
    with run.catalog(write=True) as catalog:
        catalog.delete_connection(name)
    return 0


def _with(address: Address, user: str | None, password: str | None, tls: str | None, root_certificate: str | None) -> Address:
    """Return an address with what the options say. Raises InvalidInput."""
    from dataclasses import replace

    from ..catalog.references import FORMS, is_reference
    from ..databases.tls import context, mode_of

    if password is not None and not is_reference(password):
        raise InvalidInput(f"--password must say where the password is, and not be it (every process can read it here): {FORMS}.")
    root = root_certificate or address.root_certificate
    mode = mode_of(tls) if tls else "verify-full" if root_certificate else address.tls
    address = replace(address, user=user or address.user, password=password or address.password, tls=mode, root_certificate=root).anchored()
    if root:
        context(mode, address.root_certificate)
    return address


def _address(run: Run, name: str) -> Address:
    from ..databases.address import is_address, parse_address
    from ..databases.connections import address_of

    if is_address(name):
        return parse_address(name)[0].anchored()
    with run.catalog() as catalog:
        try:
            return address_of(catalog.get_connection(name))
        except EntityNotFound as error:
            from difflib import get_close_matches

            near = get_close_matches(name, [one.name for one in catalog.get_connections()], 1)
            hint = f" Did you mean {near[0]}?" if near else " crawl connections list shows those there are."
            raise EntityNotFound(f"There is no connection {name}.{hint}") from error

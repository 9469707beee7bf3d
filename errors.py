"""One tree of errors.

GluepotError
├── InvalidInput                  the request or setting is wrong
│   ├── ConfigError               a setting, with the place it came from
│   ├── InvalidExpression         a partition expression
│   └── scan.readers.NoReader     no reader knows a table's SerDe
├── EntityNotFound
├── AlreadyExists
├── ConcurrentModification        a stale VersionId
├── VersionMismatch               a stale Version of a crawler or classifier
├── InvalidState                  a stored value does not fit its declared type
├── ResourceNumberLimitExceeded
├── CatalogUnavailable            the catalog file cannot be used; it is left untouched
│   ├── CatalogLocked             another process holds it
│   ├── NotACatalog               some other program's file
│   └── CatalogCorrupt
├── StorageError                  bytes or rows could not be had from a store or database
│   ├── ObjectNotFound
│   ├── AccessDenied
│   └── StoreUnavailable          throttled, timed out, 5xx, no connection
│       └── TimedOut              a database gave a statement up after the time that it was allowed
├── ReadError                     an object's content contradicts its table
│   ├── Unreadable                truncated, corrupt, or past a limit
│   └── scan.failure.Refuted      a value contradicts its table; Misfit is it on its way there
└── TableThresholdExceeded        more tables than allowed; nothing was written

Each class carries Glue's error code. A message names the thing and the cure.
"""


class GluepotError(Exception):
    """Any failure that gluepot reports on purpose."""

    code = "InternalServiceException"


class InvalidInput(GluepotError):
    """The request or setting is wrong."""

    code = "InvalidInputException"


class ConfigError(InvalidInput):
    """A setting is wrong; the message names its place."""


class InvalidExpression(InvalidInput):
    """A partition expression cannot be understood."""


class EntityNotFound(GluepotError):
    """The named database, table, version or partition does not exist."""

    code = "EntityNotFoundException"


class AlreadyExists(GluepotError):
    """An entity of that name exists."""

    code = "AlreadyExistsException"


class ConcurrentModification(GluepotError):
    """The entity changed since the caller read it."""

    code = "ConcurrentModificationException"


class VersionMismatch(GluepotError):
    """The crawler or classifier changed since the caller read it."""

    code = "VersionMismatchException"


class InvalidState(GluepotError):
    """A stored value does not fit its declared type."""

    code = "InvalidStateException"


class ResourceNumberLimitExceeded(GluepotError):
    """A limit on the number of entities is reached."""

    code = "ResourceNumberLimitExceededException"


class CatalogUnavailable(GluepotError):
    """The catalog file cannot be used; it is left untouched."""


class CatalogLocked(CatalogUnavailable):
    """Another process holds the catalog file."""

    code = "OperationTimeoutException"


class NotACatalog(CatalogUnavailable):
    """The file belongs to some other program."""


class CatalogCorrupt(CatalogUnavailable):
    """The file is damaged."""


class StorageError(GluepotError):
    """Bytes could not be had from a store."""


class ObjectNotFound(StorageError):
    """The object, folder or bucket does not exist."""

    code = "EntityNotFoundException"


class AccessDenied(StorageError):
    """The store refused these credentials."""

    code = "AccessDeniedException"


class StoreUnavailable(StorageError):
    """The store throttled, timed out, failed, or could not be reached."""

    code = "OperationTimeoutException"


class TimedOut(StoreUnavailable):
    """A database gave a statement up after the time that it was allowed."""


class ReadError(GluepotError):
    """An object's content contradicts its table; the message names file, line and value."""


class Unreadable(ReadError):
    """An object is truncated, corrupt, or past a limit."""


class TableThresholdExceeded(GluepotError):
    """More tables were detected than allowed; nothing was written."""

    code = "InvalidInputException"

"""Partition expressions over the columns of a relation, as SQL with bound values."""

from __future__ import annotations

from collections.abc import Callable

from ..catalog.expressions import And, Between, Compare, In, IsNull, Like, Node, Not, Or

Bind = Callable[[str, str], str]  # column and literal → the SQL that stands for the value


def where_sql(node: Node, column: Callable[[str], str], bind: Bind, like: Bind | None = None) -> str:
    """Return the SQL of an expression; `column` gives a column's SQL, `bind` keeps a value and returns its placeholder.

    In a pattern only % and _ are special; an engine where that is not so, or where a column cannot be asked as
    it is, gives the whole SQL of a column and its pattern as `like`.
    """
    match node:
        case And(parts) | Or(parts):
            word = " AND " if isinstance(node, And) else " OR "
            return "(" + word.join(where_sql(part, column, bind, like) for part in parts) + ")"
        case Not(part):
            return f"NOT ({where_sql(part, column, bind, like)})"
        case Compare(name, op, literal):
            return f"{column(name)} {op} {bind(name, literal)}"
        case Like(name, pattern):
            return like(name, pattern) if like else f"{column(name)} LIKE {bind(name, pattern)}"
        case In(name, literals):
            return f"{column(name)} IN ({', '.join(bind(name, literal) for literal in literals)})"
        case Between(name, low, high):
            return f"{column(name)} BETWEEN {bind(name, low)} AND {bind(name, high)}"
        case IsNull(name):
            return f"{column(name)} IS NULL"

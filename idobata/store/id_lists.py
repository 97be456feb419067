"""Long lists of ids in a question to the database."""

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from idobata.store.database import db


def among(ids: Sequence[int], column: ColumnElement[int]) -> ColumnElement[bool]:
    """True where `column` is one of these. They travel as one value: hundreds of values of their own cost more than the search."""
    if db.engine.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(ids), ARRAY(Integer)))
    listed = func.json_each(json.dumps(list(ids))).table_valued("value")
    return column.in_(select(listed.c.value))

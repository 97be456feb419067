"""The search index: words are cut by us (`kernel/tokens.py`), so both databases find exactly the same.

SQLite: an FTS5 table over `search_docs`, kept by triggers. PostgreSQL: a tsvector column with a GIN index. Both are made
by the first migration, since neither is something a model can say.
"""

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from idobata.kernel.tokens import MAX_WORD_LENGTH, Query, fts5_expression, index_terms, plain_needles, tsquery_expression
from idobata.store.database import Model, db
from idobata.store.id_lists import among

# PostgreSQL keeps positions up to 16,383; a gap keeps a phrase from running from the title into the text.
_LAST_POSITION = 16_000
_GAP = 10
# Up to this many documents are listed one by one.
FEW = 1200
# How many of the newest documents are asked whether a word is common, and the share of them that makes it so.
_SAMPLE = 256
_COMMON_SHARE = 1 / 12


class SearchDoc(Model):
    """The cut words of one gathering, title and text apart. Holds nothing that is not public."""

    __tablename__ = "search_docs"

    doc_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    # Only PostgreSQL fills it; on SQLite it stays empty.
    vector: Mapped[str | None] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


def put(doc_id: int, title: str, body: str) -> None:
    """Index one document in the running transaction, replacing what was there."""
    title_terms, body_terms = _terms(title), _terms(body)
    vector = vector_of(title_terms, body_terms) if db.engine.dialect.name == "postgresql" else None
    doc = db.session.get(SearchDoc, doc_id)
    if doc is None:
        doc = SearchDoc(doc_id=doc_id)
        db.session.add(doc)
    doc.title, doc.body, doc.vector = " ".join(title_terms), " ".join(body_terms), vector


def drop(doc_id: int) -> None:
    """Take one document out of the index."""
    db.session.execute(delete(SearchDoc).where(SearchDoc.doc_id == doc_id))


@dataclass(frozen=True, slots=True)
class Holding:
    """A condition that is true for the documents of a search. `rare`: only few are meant, so begin with them."""

    condition: ColumnElement[bool]
    rare: bool


def matching(query: Query) -> Select[int] | None:
    """A select of the ids that hold every phrase of `query`; None when the query holds no word."""
    found = _matching(query)
    return select(found[0]).where(found[1]) if found is not None else None


def holding(query: Query, doc_id: ColumnElement[int]) -> Holding | None:
    """The condition for a search on a table with the documents' ids; None when the query holds no word.

    Few documents are looked up once, and a list begins with them. Of more, a list goes through its dates in order and asks for each
    whether it is among them. A common word would give half the town: there each document is asked by itself. Either way a list stops
    asking at a page full.
    """
    found = _matching(query)
    if found is None:
        return None
    ids, match = found
    if _is_common(query, match):
        return Holding(_says(query, match, doc_id), rare=False)
    few = db.session.scalars(select(ids).where(match).limit(FEW + 1)).all()
    if len(few) <= FEW:
        return Holding(among(few, doc_id), rare=True)
    return Holding(doc_id.in_(select(ids).where(match)), rare=False)


def _is_common(query: Query, match: ColumnElement[bool]) -> bool:
    newest = select(SearchDoc.doc_id).order_by(SearchDoc.doc_id.desc()).limit(_SAMPLE).subquery()
    holds = _says(query, match, newest.c.doc_id)
    return (db.session.scalar(select(func.count()).select_from(newest).where(holds)) or 0) > _SAMPLE * _COMMON_SHARE


def _says(query: Query, match: ColumnElement[bool], doc_id: ColumnElement[int]) -> ColumnElement[bool]:
    """True for a document that holds the query, asked by itself."""
    if db.engine.dialect.name == "postgresql":
        return select(SearchDoc.doc_id).where(match, SearchDoc.doc_id == doc_id).exists()
    # FTS5 would walk the whole list of a common word for every document; reading the document's own terms is quick.
    title, body = (literal(" ") + one + literal(" ") for one in (SearchDoc.title, SearchDoc.body))
    holds = [or_(func.instr(title, needle) > 0, func.instr(body, needle) > 0) for needle in plain_needles(query)]
    return select(SearchDoc.doc_id).where(SearchDoc.doc_id == doc_id, *holds).exists()


def _matching(query: Query) -> tuple[ColumnElement[int], ColumnElement[bool]] | None:
    """The column of ids and the condition that picks them, as the database at hand says it."""
    if db.engine.dialect.name == "postgresql":
        expression = tsquery_expression(query)
        match: ColumnElement[bool] = literal_column("search_docs.vector").op("@@")(cast(bindparam(None, expression, String), TSQUERY))
        return (SearchDoc.doc_id.expression, match) if expression is not None else None
    expression = fts5_expression(query)
    fts = table("search_fts", column("rowid", Integer))
    # The table's own name is how FTS5 is asked about all its columns.
    match = literal_column("search_fts").op("MATCH")(bindparam(None, expression, String))
    return (fts.c.rowid, match) if expression is not None else None


def vector_of(title_terms: list[str], body_terms: list[str]) -> str:
    """The terms as a PostgreSQL tsvector literal, the title weighted."""
    # Written out as a literal with positions: PostgreSQL's own parser must not cut the words again.
    parts = [f"'{term}':{place}A" for place, term in enumerate(title_terms, start=1)]
    start = len(title_terms) + _GAP
    parts += [f"'{term}':{place}" for place, term in enumerate(body_terms, start=start) if place < _LAST_POSITION]
    return " ".join(parts)


def _terms(text: str) -> list[str]:
    # A question is cut at the same length, so the long word is found; PostgreSQL refuses words of more than 2,046 bytes.
    return [term[:MAX_WORD_LENGTH] for term in index_terms(text)]

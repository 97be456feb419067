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

# PostgreSQL keeps positions up to 16,383; a gap keeps a phrase from running from the title into the text.
_LAST_POSITION = 16_000
_GAP = 10
# Documents with a word in more documents than this are not listed one by one.
COMMON = 2000


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

    Rare words are looked up once and give their documents. A common word would give half the town: there each document
    is asked by itself, and a list stops asking at a page full.
    """
    found = _matching(query)
    if found is None:
        return None
    ids, match = found
    few = db.session.scalars(select(ids).where(match).limit(COMMON + 1)).all()
    if len(few) <= COMMON:
        return Holding(doc_id.in_(few), rare=True)
    if db.engine.dialect.name == "postgresql":
        return Holding(select(ids).where(match, ids == doc_id).exists(), rare=False)
    # FTS5 would walk the whole list of a common word for every document; reading the document's own terms is quick.
    title, body = (literal(" ") + one + literal(" ") for one in (SearchDoc.title, SearchDoc.body))
    holds = [or_(func.instr(title, needle) > 0, func.instr(body, needle) > 0) for needle in plain_needles(query)]
    return Holding(select(SearchDoc.doc_id).where(SearchDoc.doc_id == doc_id, *holds).exists(), rare=False)


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

"""The search index: words are cut by us (`kernel/tokens.py`), so both databases find exactly the same.

SQLite: an FTS5 table over `search_docs`, kept by triggers. PostgreSQL: a tsvector column with a GIN index. Both are made
by the first migration, since neither is something a model can say.
"""

from sqlalchemy import Integer, Select, String, Text, bindparam, column, delete, select, table, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from idobata.kernel.tokens import MAX_WORD_LENGTH, Query, fts5_expression, index_terms, tsquery_expression
from idobata.store.database import Model, db

# PostgreSQL keeps positions up to 16,383; a gap keeps a phrase from running from the title into the text.
_LAST_POSITION = 16_000
_GAP = 10


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


def matching(query: Query) -> Select[int] | None:
    """A select of the ids that hold every phrase of `query`; None when the query holds no word."""
    if db.engine.dialect.name == "postgresql":
        expression = tsquery_expression(query)
        if expression is None:
            return None
        match = text("vector @@ CAST(:words AS tsquery)").bindparams(bindparam("words", expression, String))
        return select(SearchDoc.doc_id).where(match)
    expression = fts5_expression(query)
    if expression is None:
        return None
    fts = table("search_fts", column("rowid", Integer))
    return select(fts.c.rowid).where(text("search_fts MATCH :words").bindparams(bindparam("words", expression, String)))


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

"""What every app makes for itself and all make alike is made once for the run: nearly every test begins with an app of its own."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, ClassVar

import pytest
from flask_sqlalchemy import SQLAlchemy
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from idobata.web.assets import Assets

packed_once = cache(Assets)


class CompiledOnce(BytecodeCache):
    """What Jinja made of a template, for all apps of the run."""

    _kept: ClassVar[dict[str, tuple[str, bytes]]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give back what was kept for the same source."""
        checksum, code = self._kept.get(bucket.key, ("", b""))
        if checksum == bucket.checksum:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = (bucket.checksum, bucket.bytecode_to_string())


@pytest.fixture(autouse=True, scope="session")
def _made_once() -> Iterator[None]:
    """Addresses and statements are compiled once: Werkzeug would do it for each app, SQLAlchemy for each engine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", _builders(Rule._compile_builder))
        patch.setattr(SQLAlchemy, "_make_engine", _engines(SQLAlchemy._make_engine))
        yield


def _builders(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    """The function that writes an address hangs on nothing but the rule's words; converters and map it asks when it is called."""
    kept: dict[tuple[Any, ...], Any] = {}

    def of(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    return of


def _engines(make_engine: Callable[..., Engine]) -> Callable[..., Engine]:
    """Engines of the same kind share the dialect, which is part of the key, and the statements compiled for it."""
    dialects: dict[str, Dialect] = {}
    statements: dict[str, Any] = {}

    def make(*arguments: Any, **options: Any) -> Engine:
        engine = make_engine(*arguments, **options)
        kind = engine.dialect.name
        if kind in dialects:
            engine.dialect = engine.pool._dialect = dialects[kind]
            engine._compiled_cache = statements.setdefault(kind, LRUCache(5000))
        else:
            # A dialect learns what its server can do from the first connection; one that knows is kept.
            event.listen(engine, "first_connect", lambda *_: dialects.setdefault(kind, engine.dialect))
        return engine

    return make

"""For servers that look for `wsgi:app` in the folder they are started in."""

from idobata.wsgi import app

__all__ = ["app"]

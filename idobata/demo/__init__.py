"""The demo town: an invented city for a first look, for screenshots, for trying things out and for measuring.

`town/` holds about sixty gatherings, their people, groups and places as TOML, written by hand; `town_reader.py` reads them and counts their
dates from the day of seeding, so that the town is always alive. `phrases.toml` and `phrase_book.py` make believable words for towns
far bigger than anybody would write by hand. Nothing here is used by a city's own site.
"""

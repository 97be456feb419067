"""One's own data: seeing all of it, taking it along, having it erased; and its end when its time has come.

Keeps no table of its own: only the list of erased people beside the database (`store/tombstones.py`), which outlives any backup.
"""

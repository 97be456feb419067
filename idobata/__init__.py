"""Idobata: the site a city runs so that its residents can post casual gatherings.

Kept free of imports: `python3 -m idobata` reads this file before anything is installed.
"""

__version__ = "0.1.0"

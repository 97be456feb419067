"""What every room may use: who acts, what time it is, ids, text, markup, settings, errors, Japanese dates.

Plain Python. Knows no Flask, no database and no feature.
"""

"""Gatherings and their dates: posting, rhythm, states, reading, and the import of municipal event lists.

Keeps what is true each time (`gatherings`: title, host, place, rhythm, publication) and each dated meeting
(`occurrences`: its times and what happens on it). The rhythm is a `Schedule` in plain values; dates are made from it as
rows over a rolling horizon, and a date that a person touched is never made anew.
"""

"""The API: what the town can read, as data that programs can copy and keep in step.

Keeps the order in which public things changed (`PublicMark`, `DateMark`): every commit gets the next number, so whoever asks what came after
a number misses nothing. What is gone leaves its id there and nothing else.
"""

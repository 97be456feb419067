"""Measures how fast the house is, on a grown town, beside what the same server can do at best. Keeps its towns under the data folder.

Nothing here is a test: numbers belong to a machine and an hour, so every table sets them beside each other from one run.
"""

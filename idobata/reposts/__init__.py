"""Reposts: what the city tells of gatherings beyond its own pages, channel by channel.

Composing a text keeps nothing; what was proposed, approved and sent is kept with its words.
"""

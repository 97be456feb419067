"""The town as feeds: RSS for readers and automatic posters, iCalendar for the calendars of phones.

Keeps nothing. Every document is made from public cards alone, so neither its words nor its ETag can depend on anything private.
What is in a document may depend on the day; how it is written never depends on the moment of writing.
"""

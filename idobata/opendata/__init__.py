"""Open data: municipal event and facility lists in and out.

Reading a file is plain Python and keeps nothing; what was read becomes gatherings through the same actions people use.
"""

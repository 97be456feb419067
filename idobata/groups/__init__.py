"""Groups in whose name gatherings are posted: founded by anybody, looked after by their members, checked by the city.

Keeps what a group says of itself, its members with their roles and the names they go by inside, invitations for as long as they are open
and a month more, the city's checks, and who is asked when its leads have gone quiet.
"""

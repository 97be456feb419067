"""The rooms of groups: for members under /my, for those who come by a mailed link, for the desk."""

from flask import Blueprint

from idobata.groups import desk_views, joining_views, my_views

blueprint = Blueprint("groups", __name__)
for room in (my_views, joining_views, desk_views):
    room.add_to(blueprint)

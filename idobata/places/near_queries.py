"""Places by where they lie: what is near a point, and where the middle of each district is."""

from sqlalchemy import func, select

from idobata.kernel.distance import box_around, metres_between
from idobata.places.models import Place
from idobata.places.queries import stands
from idobata.store.database import db

Point = tuple[float, float]
MOST_TO_CHOOSE = 300


def point_of(place: Place) -> Point | None:
    """Latitude and longitude in degrees; None where nobody knows them."""
    return (place.latitude, place.longitude) if place.latitude is not None and place.longitude is not None else None


def ids_around(point: Point, metres: float) -> list[int]:
    """The inner ids of all places that lie within so many metres."""
    south, north, west, east = box_around(*point, metres)
    rows = db.session.execute(
        select(Place.id, Place.latitude, Place.longitude).where(Place.latitude.between(south, north), Place.longitude.between(west, east))
    )
    return [row.id for row in rows if metres_between(point, (row.latitude, row.longitude)) <= metres]


def district_middles() -> dict[str, Point]:
    """The middle of each district that has places with a point: the mean of where they lie."""
    rows = db.session.execute(
        select(Place.district, func.avg(Place.latitude), func.avg(Place.longitude))
        .where(Place.district.is_not(None), Place.latitude.is_not(None), Place.longitude.is_not(None), stands())
        .group_by(Place.district)
    )
    return {str(district): (float(latitude), float(longitude)) for district, latitude, longitude in rows}


def places_with_a_point(district: str = "") -> list[Place]:
    """Checked places to choose from by district and kana, at most `MOST_TO_CHOOSE`; with `district` those of that district."""
    query = select(Place).where(Place.checked_at.is_not(None), Place.latitude.is_not(None), stands())
    if district:
        query = query.where(Place.district == district)
    return list(db.session.scalars(query.order_by(Place.district, Place.kana, Place.name).limit(MOST_TO_CHOOSE)))

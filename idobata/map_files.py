"""What the page with the map loads besides everything else: Leaflet and its clusters from their installed packages, then our own."""

from pathlib import Path
from typing import Final

from xstatic.pkg import leaflet, leaflet_markercluster

from idobata.web.assets import Bundle

_LEAFLET: Final = Path(leaflet.BASE_DIR)
_CLUSTERS: Final = Path(leaflet_markercluster.BASE_DIR)

MAP_FILES: Final = Bundle(
    "map",
    package_scripts=(_LEAFLET / "leaflet.js", _CLUSTERS / "leaflet.markercluster.js"),
    package_styles=(_LEAFLET / "leaflet.css", _CLUSTERS / "MarkerCluster.css"),
)

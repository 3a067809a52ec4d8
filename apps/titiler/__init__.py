"""TiTiler, tiles as images, and what is asked of it."""

from __future__ import annotations

from ..bodies import posted_json, preflight
from ..model import REFUSED_ORIGIN, Application, Request

_FILE = "url=${data}/gr%C3%B6%C3%9Fe.tif"
_SQUARE = {
    "type": "Feature",
    "properties": {},
    "geometry": {"type": "Polygon", "coordinates": [[[-5, -5], [5, -5], [5, 5], [-5, 5], [-5, -5]]]},
}

REQUESTS = (
    Request("/docs", "/docs"),
    Request("/openapi.json", "/openapi.json"),
    Request("information", f"/cog/info?{_FILE}"),
    Request("information from a refused origin", f"/cog/info?{_FILE}", origin=REFUSED_ORIGIN),
    Request("geo+json", f"/cog/info.geojson?{_FILE}"),
    Request("statistics", f"/cog/statistics?{_FILE}&p=2&p=98"),
    posted_json("statistics of a shape", f"/cog/statistics?{_FILE}", _SQUARE),
    Request("tilejson", f"/cog/WebMercatorQuad/tilejson.json?{_FILE}&rescale=0,255"),
    Request("a map", f"/cog/WebMercatorQuad/map.html?{_FILE}"),
    Request("a tile, PNG", f"/cog/tiles/WebMercatorQuad/4/7/7.png?{_FILE}"),
    Request("a tile, JPEG", f"/cog/tiles/WebMercatorQuad/4/8/8.jpg?{_FILE}"),
    Request("a tile, webp and colours", f"/cog/tiles/WebMercatorQuad/4/7/8.webp?{_FILE}&colormap_name=viridis"),
    Request("a tile, numpy", f"/cog/tiles/WebMercatorQuad/4/7/7.npy?{_FILE}"),
    Request("a tile outside", f"/cog/tiles/WebMercatorQuad/4/0/0.png?{_FILE}"),
    Request("a preview, GeoTIFF", f"/cog/preview.tif?{_FILE}&max_size=64"),
    Request("a point", f"/cog/point/1.5,2.5?{_FILE}"),
    Request("a part", f"/cog/bbox/-5,-5,5,5/64x64.png?{_FILE}"),
    posted_json("a shape", f"/cog/feature.png?{_FILE}", _SQUARE),
    Request("matrix sets", "/tileMatrixSets"),
    Request("no such file", "/cog/info?url=${data}/none.tif"),
    Request("422", "/cog/info"),
    Request("404", "/nowhere"),
    Request("405", f"/cog/info?{_FILE}", "DELETE"),
    preflight("preflight", "/cog/statistics", "POST", "content-type"),
)

APPLICATION = Application("titiler", ("titiler.core>=0.20,<3",), REQUESTS)

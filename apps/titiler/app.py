"""TiTiler's factory in FastAPI, over one GeoTIFF of its own."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import rasterio
from fastapi import FastAPI
from rasterio.transform import from_origin
from titiler.core.errors import DEFAULT_STATUS_CODES, add_exception_handlers
from titiler.core.factory import AlgorithmFactory, TilerFactory, TMSFactory

DATA = Path(os.environ["APPS_DATA"])
with rasterio.open(
    DATA / "größe.tif",
    "w",
    driver="GTiff",
    width=256,
    height=256,
    count=1,
    dtype="uint8",
    crs="EPSG:4326",
    transform=from_origin(-10, 10, 20 / 256, 20 / 256),
    tiled=True,
) as _file:
    _file.write(np.add.outer(np.arange(256), np.arange(256)).astype("uint8"), 1)

app = FastAPI(title="Tiles")
app.include_router(TilerFactory(router_prefix="/cog").router, prefix="/cog")
app.include_router(TMSFactory().router)
app.include_router(AlgorithmFactory().router)
add_exception_handlers(app, DEFAULT_STATUS_CODES)

"""Writes region-*: images of several blocks in each direction, of which tests decode regions.

Made with Pillow 13.0.0, numpy and cjpeg of libjpeg-turbo 2.1.5 (libjpeg-turbo-progs):  python generate-regions.py
"""
import pathlib, subprocess
import numpy as np
from PIL import Image

folder = pathlib.Path(__file__).parent
width, height = 101, 77
y, x = np.mgrid[0:height, 0:width]
rng = np.random.default_rng(7)
planes = [np.sin(x * (0.21 + 0.17 * c)) * np.cos(y * (0.29 - 0.05 * c)) * 90 + 128 for c in range(3)]
pixels = (np.stack(planes, -1) + rng.integers(-30, 31, (height, width, 3))).clip(0, 255).astype(np.uint8)
image = Image.fromarray(pixels)
image.save("/tmp/region.ppm")

kinds = {
    "444": "-sample 1x1", "422": "-sample 2x1", "420": "-sample 2x2", "440": "-sample 1x2", "411": "-sample 4x1",
    "420-progressive": "-sample 2x2 -progressive", "422-progressive": "-sample 2x1 -progressive",
    "420-arithmetic": "-sample 2x2 -arithmetic", "420-restart": "-sample 2x2 -restart 2B", "grey": "-grayscale",
}  # fmt: skip
for name, options in kinds.items():
    command = ["cjpeg", "-quality", "70", *options.split(), "-outfile", folder / f"region-{name}.jpg", "/tmp/region.ppm"]
    subprocess.run(command, check=True)
image.convert("CMYK").save(folder / "region-cmyk.jpg", quality=70)
small = image.crop((0, 0, 43, 31)).quantize(64).convert("RGB")
small.save(folder / "region-rgb.png")
small.quantize(64).save(folder / "region-palette.png")

"""Writes expected.json: small images and what Pillow and torchvision make of them.

Made with Pillow 13.0.0 and torchvision 0.29.2 (torch 2.15.0, CPU), numpy:  python generate.py
"""
import json, pathlib
import numpy as np
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F
from generate_images import array, picture, pil, stored, tensor

images = {"grey": picture(31, 23, 1, 1), "rgb": picture(31, 23, 3, 2), "rgba": picture(31, 23, 4, 3)}
cases = []


def add(image, operation, numbers, result):
    cases.append(dict(image=image, operation=operation, numbers=numbers, result=stored(np.asarray(result))))


for name, sizes in {
    "grey": [(16, 16), (31, 9), (47, 23), (1, 1), (62, 46)],
    "rgb": [(16, 16), (9, 23), (40, 30), (5, 31), (31, 22)],
    "rgba": [(13, 17), (35, 28)],
}.items():
    for width, height in sizes:
        resized = pil(images[name]).resize((width, height), Image.Resampling.BILINEAR)
        add(name, "resize", [width, height], resized)
for name, (x, y, w, h), (width, height) in [("rgb", (5, 3, 17, 19), (12, 12)), ("grey", (20, 0, 11, 5), (16, 16))]:
    box = pil(images[name]).crop((x, y, x + w, y + h)).resize((width, height), Image.Resampling.BILINEAR)
    add(name, "box_resize", [x, y, w, h, width, height], box)
add("rgb", "center_crop", [10, 12], array(F.center_crop(tensor(images["rgb"]), [12, 10])))
add("rgb", "horizontal_flip", [], array(F.horizontal_flip(tensor(images["rgb"]))))

bilinear = InterpolationMode.BILINEAR
for name, degrees, fill in [
    ("rgb", 15, 0), ("rgb", -37.5, 200), ("grey", 90, 0), ("grey", 3, 255), ("rgb", 180, 0), ("rgba", 120, 7)]:
    add(name, "rotate", [degrees, fill], array(F.rotate(tensor(images[name]), degrees, bilinear, fill=[fill])))
for name, scale, fill in [("rgb", 0.8, 0), ("grey", 1.3, 0), ("grey", 0.55, 90), ("rgba", 1.05, 255)]:
    zoomed = F.affine(tensor(images[name]), 0, [0, 0], scale, [0, 0], bilinear, fill=[fill])
    add(name, "zoom", [scale, fill], array(zoomed))

adjust = dict(brightness=F.adjust_brightness, contrast=F.adjust_contrast, saturation=F.adjust_saturation,
              hue=F.adjust_hue)
for name, kind, factors in [
    ("rgb", "brightness", [0.6, 1.37]), ("grey", "brightness", [1.9]), ("rgb", "contrast", [0, 0.6, 1.45]),
    ("grey", "contrast", [0.5]), ("rgb", "saturation", [0, 0.35, 1.8]), ("rgb", "hue", [-0.5, -0.13, 0.07, 0.4])]:
    for factor in factors:
        add(name, kind, [factor], array(adjust[kind](tensor(images[name]), factor)))

folder = pathlib.Path(__file__).parent
with open(folder / "expected.json", "w") as file:
    json.dump(dict(images={name: stored(image) for name, image in images.items()}, cases=cases), file, indent=0)
    file.write("\n")

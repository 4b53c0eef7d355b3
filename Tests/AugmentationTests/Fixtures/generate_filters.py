"""Writes filters.json: what torchvision, OpenCV, Pillow and plain numpy make of small images, filters.

Made with Pillow 13.0.0, torchvision 0.29.2 (torch 2.15.0, CPU), opencv-python, numpy:  python generate_filters.py
"""
import io, json, math, pathlib
import cv2, numpy as np
from PIL import Image
from torchvision.transforms.v2 import functional as F
from generate_colour import picture, stored, tensor, array, pil

images = {"rgb": picture(33, 27, 3, 11), "grey": picture(35, 18, 1, 12), "narrow": picture(3, 20, 3, 13)}
cases = []


def add(image, operation, numbers, result):
    cases.append(dict(image=image, operation=operation, numbers=numbers, result=stored(np.asarray(result))))


def weighted(image, kernel):
    """A correlation with a mirrored border, in doubles."""
    reach = kernel.shape[0] // 2
    padded = np.pad(image.astype(np.float64), ((reach, reach), (reach, reach), (0, 0)), mode="reflect")
    total = np.zeros(image.shape)
    for y in range(kernel.shape[0]):
        for x in range(kernel.shape[1]):
            total += kernel[y, x] * padded[y:y + image.shape[0], x:x + image.shape[1]]
    return np.floor(total / kernel.sum() + 0.5).clip(0, 255).astype(np.uint8)


def disk(radius):
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach:reach + 1, -reach:reach + 1]
    return np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)


def line(length, degrees):
    reach = (length - 1) / 2
    steps, radius = max(1, math.ceil(8 * reach)), math.ceil(reach) + 1
    kernel = np.zeros((2 * radius + 2, 2 * radius + 2))
    for step in range(-steps, steps + 1):
        distance = reach * step / steps
        x = distance * math.cos(math.radians(degrees)) + radius
        y = -distance * math.sin(math.radians(degrees)) + radius
        left, upper = math.floor(x), math.floor(y)
        for row, part in [(upper, 1 - (y - upper)), (upper + 1, y - upper)]:
            kernel[row, left] += part * (1 - (x - left))
            kernel[row, left + 1] += part * (x - left)
    return kernel[:-1, :-1]


for name, sigmas in {"rgb": [0.1, 0.6, 1, 1.9, 4.5], "grey": [0.8, 2], "narrow": [0.5]}.items():
    for sigma in sigmas:
        side = 2 * max(1, math.ceil(3 * sigma)) + 1
        add(name, "gaussian_blur", [sigma], array(F.gaussian_blur(tensor(images[name]), [side, side], [sigma, sigma])))
for name in ["rgb", "grey"]:
    for radius in [1, 2, 3, 7]:
        add(name, "box_blur", [radius], cv2.blur(images[name], (2 * radius + 1, 2 * radius + 1)))
for name in images:
    for radius in [1, 2, 3]:
        add(name, "median_blur", [radius], cv2.medianBlur(images[name], 2 * radius + 1))
for radius in [0.5, 1, 2.3, 5]:
    add("rgb", "defocus", [radius], weighted(images["rgb"], disk(radius)))
for length, degrees in [(3, 0), (5, 90), (7, 45), (6.5, -20), (12, 160)]:
    add("rgb", "motion_blur", [length, degrees], weighted(images["rgb"], line(length, degrees)))
for name, qualities in {"rgb": [1, 10, 50, 75, 90, 100], "grey": [5, 60, 95], "narrow": [40, 90]}.items():
    for quality in qualities:
        file = io.BytesIO()
        pil(images[name]).save(file, "JPEG", quality=quality)
        add(name, "jpeg_compression", [quality], np.asarray(Image.open(file)))
for name, scale in [("rgb", 0.3), ("grey", 0.5), ("narrow", 0.25)]:
    height, width = images[name].shape[:2]
    size = (max(1, math.floor(width * scale + 0.5)), max(1, math.floor(height * scale + 0.5)))
    small = pil(images[name]).resize(size, Image.Resampling.BILINEAR)
    add(name, "downscale", [scale], small.resize((width, height), Image.Resampling.BILINEAR))

folder = pathlib.Path(__file__).parent
with open(folder / "filters.json", "w") as file:
    json.dump(dict(images={name: stored(image) for name, image in images.items()}, cases=cases), file, indent=0)
    file.write("\n")

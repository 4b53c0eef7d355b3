"""Writes geometry.json: small images and what torchvision, Pillow, OpenCV and SciPy make of them.

Made with torchvision 0.29.2 (torch 2.15.0, CPU), Pillow 13.0.0, opencv-python-headless, scipy, numpy:
python generate_geometry.py
"""
import json, math, pathlib
import cv2, numpy as np, torch
from scipy.interpolate import RBFInterpolator
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F
from generate_images import array, picture, pil, stored, tensor

images = {"grey": picture(24, 17, 1, 1), "rgb": picture(31, 23, 3, 2), "rgba": picture(15, 12, 4, 3)}
modes = {"nearest": InterpolationMode.NEAREST, "bilinear": InterpolationMode.BILINEAR}
cases = []


def add(image, operation, numbers, result, words=()):
    cases.append(dict(image=image, operation=operation, numbers=numbers, words=list(words),
                      result=stored(np.ascontiguousarray(result))))


def sampled(image, x, y, mode="bilinear", border="edge", fill=0):
    """Values at columns x and rows y, by PyTorch's grid_sample on an image with wide margins."""
    height, width, channels = image.shape
    margin = 2 * max(width, height)
    pad = dict(mode="constant", constant_values=fill) if border == "constant" else dict(mode=border)
    wide = np.pad(image, ((margin, margin), (margin, margin), (0, 0)), **pad).astype(np.float64)
    grid = np.stack([(x + margin + 0.5) / wide.shape[1] * 2 - 1, (y + margin + 0.5) / wide.shape[0] * 2 - 1], -1)
    out = torch.nn.functional.grid_sample(
        tensor(wide)[None], torch.from_numpy(grid)[None], mode=mode, padding_mode="border", align_corners=False)[0]
    return array(out.round().clamp(0, 255).to(torch.uint8))


def places(image):
    y, x = np.mgrid[0:image.shape[0], 0:image.shape[1]].astype(np.float64)
    return x, y


for name, image in images.items():
    add(name, "symmetry", [], image[::-1], ["vertical_flip"])
    add(name, "symmetry", [], image.swapaxes(0, 1), ["transpose"])
    add(name, "symmetry", [], np.rot90(image, 1), ["quarter_turn"])
    add(name, "symmetry", [], np.rot90(image, 2), ["half_turn"])
    add(name, "symmetry", [], np.rot90(image, 3), ["three_quarter_turn"])
    add(name, "symmetry", [], np.rot90(image, 2).swapaxes(0, 1), ["anti_transpose"])

for name, margins, border, fill in [
    ("rgb", [3, 0, 5, 2], "constant", 77), ("grey", [4, 4, 4, 4], "edge", 0), ("rgb", [7, 9, 2, 11], "reflect", 0),
    ("rgba", [1, 2, 3, 4], "reflect", 0)]:
    add(name, "pad", margins + [fill], array(F.pad(tensor(images[name]), margins, [fill], border)), [border])
for name, margins, border in [("rgba", [20, 17, 3, 30], "wrap"), ("grey", [30, 20, 27, 18], "reflect")]:
    left, top, right, bottom = margins
    padded = np.pad(images[name], ((top, bottom), (left, right), (0, 0)), mode=border)
    add(name, "pad", margins + [0], padded, [border])

for name, side in [("rgb", 20), ("grey", 40), ("rgba", 7)]:
    add(name, "longer_side", [side], F.resize(pil(images[name]), None, max_size=side))
for name, (width, height), fill in [("rgb", (20, 20), 9), ("grey", (60, 30), 200), ("rgb", (40, 50), 0)]:
    image = pil(images[name])
    scale = min(width / image.width, height / image.height)
    inner = image.resize((round(image.width * scale), round(image.height * scale)), 2)
    box = np.full((height, width, images[name].shape[2]), fill, np.uint8)
    left, top = (width - inner.width) // 2, (height - inner.height) // 2
    inner = np.asarray(inner).reshape(inner.height, inner.width, -1)
    box[top:top + inner.shape[0], left:left + inner.shape[1]] = inner
    add(name, "letter_box", [width, height, fill], box)

for index, crop in enumerate(F.five_crop(tensor(images["rgb"]), [12, 9])):
    add("rgb", "five_crop", [9, 12, index], array(crop))

for name, degrees, move, scale, shear, mode, fill in [
    ("rgb", 20, [3, -2], 1.2, [0, 0], "bilinear", 0), ("rgb", -50, [0, 4], 0.7, [15, 0], "bilinear", 120),
    ("grey", 0, [-5, 1], 1, [0, -20], "bilinear", 0), ("rgba", 10, [1, 1], 0.9, [12, 25], "bilinear", 30),
    ("rgb", 33, [2, 3], 1.1, [5, 5], "nearest", 60), ("grey", -70, [0, 0], 1.4, [0, 0], "nearest", 0)]:
    result = F.affine(tensor(images[name]), -degrees, move, scale, shear, modes[mode], fill=[fill])
    add(name, "affine", [degrees, *move, scale, *shear, fill], array(result), [mode])

for name, degrees, mode, border, fill in [
    ("rgb", 30, "bilinear", "edge", 0), ("rgb", -65, "bilinear", "reflect", 0), ("grey", 45, "bilinear", "wrap", 0),
    ("rgba", 70, "nearest", "reflect", 0), ("rgb", 12, "nearest", "wrap", 0), ("rgb", 25, "bicubic", "edge", 0),
    ("grey", -110, "bicubic", "reflect", 0), ("rgba", 50, "bicubic", "wrap", 0), ("rgb", 40, "bicubic", "constant", 90)]:
    image = images[name]
    x, y = places(image)
    a, cx, cy = math.radians(degrees), (image.shape[1] - 1) / 2, (image.shape[0] - 1) / 2
    u = math.cos(a) * (x - cx) - math.sin(a) * (y - cy) + cx
    v = math.sin(a) * (x - cx) + math.cos(a) * (y - cy) + cy
    add(name, "border", [degrees, fill], sampled(image, u, v, mode, border, fill), [mode, border])

for name, ends, fill in [
    ("rgb", [[3, 2], [27, 0], [30, 19], [5, 22]], 0), ("grey", [[0, 4], [23, 0], [17, 12], [2, 16]], 99),
    ("rgba", [[2, 2], [12, 1], [14, 11], [0, 9]], 255)]:
    height, width, _ = images[name].shape
    starts = [[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]]
    result = F.perspective(tensor(images[name]), starts, ends, modes["bilinear"], fill=[fill])
    add(name, "perspective", sum(ends, []) + [fill], array(result))

for name, fill in [("rgb", 0), ("grey", 180)]:
    image = images[name]
    x, y = places(image)
    height, width, _ = image.shape
    shift = np.stack([3 * np.sin(0.4 * x + 0.3 * y) * 2 / width, 2 * np.cos(0.2 * x - 0.5 * y) * 2 / height], -1)
    result = F.elastic(tensor(image), torch.from_numpy(shift)[None].float(), modes["bilinear"], fill=[fill])
    add(name, "elastic", [fill], array(result))

for name, k in [("rgb", 0.3), ("grey", -0.4)]:
    image = images[name]
    height, width, _ = image.shape
    camera = np.array([[width, 0, width / 2 - 0.5], [0, height, height / 2 - 0.5], [0, 0, 1]], np.float64)
    x, y = cv2.initUndistortRectifyMap(camera, np.array([k, k, 0, 0, 0.0]), None, camera, (width, height), cv2.CV_32FC1)
    add(name, "optical", [k], sampled(image, x.astype(np.float64), y.astype(np.float64)))

for name, columns, rows in [("rgb", [0, 0.3, 0.4, 0.8, 1], [0, 0.5, 0.6, 0.7, 1]), ("grey", [0, 0.7, 1], [0, 0.2, 1])]:
    image = images[name]
    height, width, _ = image.shape
    x = np.interp((np.arange(width) + 0.5) / width, np.linspace(0, 1, len(columns)), columns) * width - 0.5
    y = np.interp((np.arange(height) + 0.5) / height, np.linspace(0, 1, len(rows)), rows) * height - 0.5
    x, y = np.meshgrid(x, y)
    add(name, "grid", columns + rows, sampled(image, x, y))

for name, points, seed in [("rgb", 3, 1), ("grey", 4, 2)]:
    image = images[name]
    height, width, _ = image.shape
    moves = np.random.default_rng(seed).uniform(-0.08, 0.08, (points * points, 2)).round(4)
    line = np.arange(points) / (points - 1)
    grid = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
    x, y = places(image)
    at = np.stack([(x + 0.5) / width, (y + 0.5) / height], -1).reshape(-1, 2)
    move = RBFInterpolator(grid, moves, kernel="thin_plate_spline", degree=1)(at).reshape(height, width, 2)
    add(name, "spline", moves.reshape(-1).tolist(), sampled(image, x + move[..., 0] * width, y + move[..., 1] * height))

x, y = np.meshgrid(np.arange(13.0), np.arange(9.0))
plane = (np.sin(x * x * 0.3 + y) + np.cos(y * y * 0.7)).round(4)
smooth = F.gaussian_blur(torch.from_numpy(plane).float()[None], [13, 13], [1.5, 1.5])[0].double().numpy().round(6)
smoothing = dict(width=13, height=9, sigma=1.5, plane=plane.reshape(-1).tolist(), result=smooth.reshape(-1).tolist())

folder = pathlib.Path(__file__).parent
with open(folder / "geometry.json", "w") as file:
    json.dump(dict(images={name: stored(image) for name, image in images.items()}, cases=cases, smoothing=smoothing),
              file, indent=0)
    file.write("\n")

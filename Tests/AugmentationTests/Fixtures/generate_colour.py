"""Writes colour.json: what torchvision, Pillow, OpenCV and plain numpy make of small images, colours.

Made with Pillow 13.0.0, torchvision 0.29.2 (torch 2.15.0, CPU), opencv-python, numpy:  python generate_colour.py
"""
import base64, json, pathlib
import cv2, numpy as np, torch
from PIL import Image, ImageOps
from torchvision.transforms.v2 import functional as F


def picture(width, height, channels, seed):
    """Half smooth colour of a small range, half noise, with flat patches."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = [np.sin(x * (0.11 + 0.07 * c) + y * (0.19 - 0.05 * c) + c) * 90 + 120 for c in range(channels)]
    image = np.stack(planes, -1)
    noise = rng.integers(20 + 5 * channels, 230, (height, width - width // 2, channels))
    image[:, width // 2:] = noise
    image[: height // 5, : width // 5] = 128
    image[-(height // 5):, : width // 5] = 40
    return image.round().astype(np.uint8)


def stored(array):
    array = array if array.ndim == 3 else array[..., None]
    height, width, channels = array.shape
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return dict(width=width, height=height, channels=channels, bytes=data)


tensor = lambda a: torch.from_numpy(a).permute(2, 0, 1)
array = lambda t: t.permute(1, 2, 0).contiguous().numpy()
pil = lambda a: Image.fromarray(a[..., 0] if a.shape[2] == 1 else a)


def main():
    images = {"grey": picture(33, 22, 1, 1), "rgb": picture(30, 24, 3, 2), "tiny": picture(2, 5, 3, 3),
              "flat": np.full((6, 7, 3), 93, np.uint8)}
    cases = []


    def add(image, operation, numbers, result):
        cases.append(dict(image=image, operation=operation, numbers=numbers, result=stored(np.asarray(result))))


    for name in images:
        image = tensor(images[name])
        for bits in [1, 3, 4, 7]:
            add(name, "posterize", [bits], array(F.posterize(image, bits)))
        for threshold in [0, 100.5, 128, 255]:
            add(name, "solarize", [threshold], array(F.solarize(image, threshold)))
        add(name, "invert", [], array(F.invert(image)))
        add(name, "equalize", [], array(F.equalize(image)))
        assert np.array_equal(array(F.equalize(image)).squeeze(), np.asarray(ImageOps.equalize(pil(images[name]))))
        add(name, "auto_contrast", [], array(F.autocontrast(image)))
        add(name, "brightness", [0.7], array(F.adjust_brightness(image, 0.7)))
        add(name, "contrast", [1.6], array(F.adjust_contrast(image, 1.6)))
        for gamma in [0.4, 1.7]:
            add(name, "gamma", [gamma], array(F.adjust_gamma(image, gamma)))
        for factor in [0, 0.5, 1.8, 4]:
            add(name, "sharpen", [factor], array(F.adjust_sharpness(image, factor)))
        if name != "grey":
            add(name, "grayscale", [], array(F.rgb_to_grayscale(image, 3)))
            add(name, "channel_shuffle", [2, 0, 1], array(F.permute_channels(image, [2, 0, 1])))

    for limit, tiles in [(1, 4), (2.5, 8), (4, 3), (40, 2)]:
        add("grey", "clahe", [limit, tiles], cv2.createCLAHE(limit, (tiles, tiles)).apply(images["grey"][..., 0]))

    rgb = images["rgb"].astype(np.float64)
    sepia = rgb @ np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]).T
    add("rgb", "sepia", [], np.clip(np.floor(sepia + 1e-9), 0, 255).astype(np.uint8))
    add("rgb", "rgb_shift", [-30.4, 12, 200], np.clip(np.floor(rgb + [-30.4, 12, 200] + 0.5), 0, 255).astype(np.uint8))
    for degrees, saturation, value in [(40, 0, 0), (-75, 60, -30), (180, -200, 100), (10, 255, 0)]:
        hsv = cv2.cvtColor(images["rgb"].astype(np.float32) / 255, cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0] + degrees) % 360
        hsv[..., 1:] = np.clip(hsv[..., 1:] + np.array([saturation, value]) / 255, 0, 1)
        result = cv2.cvtColor(hsv.astype(np.float32), cv2.COLOR_HSV2RGB) * 255
        add("rgb", "hue_saturation_value", [degrees, saturation, value], result.round().clip(0, 255).astype(np.uint8))

    folder = pathlib.Path(__file__).parent
    with open(folder / "colour.json", "w") as file:
        json.dump(dict(images={name: stored(image) for name, image in images.items()}, cases=cases), file, indent=0)
        file.write("\n")


if __name__ == "__main__":
    main()

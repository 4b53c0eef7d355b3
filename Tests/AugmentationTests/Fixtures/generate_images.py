"""The images that the generators of this folder share, and how they are stored."""
import base64
import numpy as np, torch
from PIL import Image


def picture(width, height, channels, seed):
    """Half smooth colour, half noise, with flat grey, black and white patches."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = [np.sin(x * (0.11 + 0.07 * c) + y * (0.19 - 0.05 * c) + c) * 127.5 + 127.5 for c in range(channels)]
    image = np.stack(planes, -1)
    image[:, width // 2:] = rng.integers(0, 256, (height, width - width // 2, channels))
    image[: height // 5, : width // 5] = 128
    image[-(height // 5):, : width // 5] = 255
    image[-(height // 5):, -(width // 5):] = 0
    return image.round().astype(np.uint8)


def stored(array):
    array = array if array.ndim == 3 else array[..., None]
    height, width, channels = array.shape
    return dict(width=width, height=height, channels=channels, bytes=base64.b64encode(array.tobytes()).decode())


pil = lambda a: Image.fromarray(a[..., 0] if a.shape[2] == 1 else a)
tensor = lambda a: torch.from_numpy(a).permute(2, 0, 1)
array = lambda t: t.permute(1, 2, 0).contiguous().numpy()

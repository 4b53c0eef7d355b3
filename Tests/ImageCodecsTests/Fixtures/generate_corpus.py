"""Writes corpus.tsv: what Pillow reads from the images that tools/fetch-test-images fetches.

Made with Python 3.11, Pillow 13.0.0 (libjpeg-turbo 3.2.0) and numpy 2. Run it in its own folder after
tools/fetch-test-images. A line for each file, by path: path, verdict, and for a valid one width, height, channels,
a hash of its pixels (64-bit FNV-1a over 8 bytes at a time; every n-th row of more than a million pixels), and for JPEG the mean of the pixels in each cell of a 4 x 4 grid and channel
times 16 (another libjpeg may differ by one level).

Verdicts are Pillow's, except for those in VERDICTS, with the reason. Pixels are Pillow's but for 16-bit grey, which
Pillow clips to 255: its high byte, as Pillow has it for RGB; and for a transparent grey of other than 8 bits, which
Pillow does not scale with the pixels.
"""

import pathlib
import struct
import warnings

import numpy
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
IMAGES = HERE.parents[2] / "data" / "test-images"
SIGNATURES = {b"GIF8": "GIF", b"BM": "BMP", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"\0\0\1\0": "ICO"}
GO, GDK = "golang-1.19-src/src/image/png/testdata/", "gdk-pixbuf-tests/test-images/fail/"
VERDICTS = {
    GO + "invalid-noend.png": "truncated",  # Pillow does not ask for the end chunk
    GO + "invalid-trunc.png": "truncated",  # the same: only the checksum of the last pixels is left of what follows
    GDK + "invalid.3.png": "truncated",  # Pillow does not say why it cannot read a header
    GDK + "CVE-2017-2862.jpg": "unsupported\tJPEG",  # two components, which no JPEG in use has
}


def fnv(data):
    value = 0xCBF29CE484222325
    for word in numpy.frombuffer(data + bytes(-len(data) % 8), "<u8").tolist():
        value = (value ^ word) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def with_alpha(grey, opaque):
    return numpy.stack([grey, grey, grey, numpy.where(opaque, 255, 0)], -1)


def pixels(image, depth):
    transparent = image.info.get("transparency")
    if image.mode == "I;16":
        stored = numpy.asarray(image)
        grey = stored >> 8
        return grey if transparent is None else with_alpha(grey, stored != transparent)
    if image.mode == "L" and transparent is not None:
        grey = numpy.asarray(image)
        return with_alpha(grey, grey != transparent * 255 // (2**depth - 1))
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        return numpy.asarray(image.convert("RGBA"))
    return numpy.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))


def grid(values):
    height, width, _ = values.shape
    means = []
    for y in range(4):
        for x in range(4):
            cell = values[height * y // 4 : height * (y + 1) // 4, width * x // 4 : width * (x + 1) // 4]
            if cell.size:
                means += list(cell.reshape(-1, values.shape[2]).mean(0))
    return ",".join(str(round(mean * 16)) for mean in means)


def verdict(path, data):
    """The verdict and, for a valid image, its pixels."""
    if not data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        for signature, name in SIGNATURES.items():
            if data.startswith(signature):
                return "unsupported", name
        return "unknown", None
    try:
        image = Image.open(path)
        image.load()
        image = ImageOps.exif_transpose(image)
    except Exception as error:
        text = str(error)
        if isinstance(error, (Image.DecompressionBombError, Image.DecompressionBombWarning)):
            return "too large", text
        return ("truncated" if "truncated" in text or "EOF" in text else "corrupt"), text
    return "valid", image


# An error at Pillow's limit, not at twice that.
warnings.simplefilter("ignore")
warnings.simplefilter("error", Image.DecompressionBombWarning)
lines = []
for path in sorted(IMAGES.rglob("*"), key=lambda path: str(path.relative_to(IMAGES)).encode()):
    name = str(path.relative_to(IMAGES))
    if not path.is_file() or path.name == ".complete":
        continue
    data = path.read_bytes()
    kind, found = verdict(path, data)
    if name in VERDICTS:
        kind = VERDICTS[name]
    fields = [name, kind]
    if kind == "unsupported":
        fields.append(str(found))
    if kind == "valid":
        values = numpy.ascontiguousarray(pixels(found, data[24]), numpy.uint8)
        values = values.reshape(values.shape[0], values.shape[1], -1)
        fields += [str(n) for n in (values.shape[1], values.shape[0], values.shape[2])] + [fnv(values[:: 1 + values[:, :, 0].size // 2**20].tobytes())]
        if data.startswith(b"\xff\xd8"):
            fields.append(grid(values))
    else:
        print(name, kind, found)
    lines.append("\t".join(fields))
(HERE / "corpus.tsv").write_text("\n".join(lines) + "\n")

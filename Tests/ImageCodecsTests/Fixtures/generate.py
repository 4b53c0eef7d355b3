"""Writes the fixtures of ImageCodecsTests: small images, and what Pillow reads from them (expected.pam).

Made with Python 3.11, Pillow 13.0.0 (libjpeg-turbo 3.2.0), numpy 2, and Debian 12's libturbojpeg0 and
libjpeg-turbo-progs 2.1.5. Run it in its own folder. expected.pam is a sequence of netpbm PAM images, each with
its name in a comment: "FILE" with the file's own channels, "FILE as CHANNELS [on RED,GREEN,BLUE]" converted, "FILE kept" for one that is cut short.
"""

import ctypes
import io
import pathlib
import struct
import subprocess
import zlib

import numpy
from PIL import Image, ImageFile, ImageOps

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 13, 11  # every Adam7 pass has pixels, rows of 1, 2 and 4 bits end within a byte
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
NAMES = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgba"}
expected = []


def expect(name, image):
    values = numpy.asarray(image, numpy.uint8)
    values = values.reshape(values.shape[0], values.shape[1], -1)
    height, width, depth = values.shape
    kind = {1: "GRAYSCALE", 3: "RGB", 4: "RGB_ALPHA"}[depth]
    expected.append(
        f"P7\n# {name}\nWIDTH {width}\nHEIGHT {height}\nDEPTH {depth}\nMAXVAL 255\nTUPLTYPE {kind}\nENDHDR\n".encode()
        + values.tobytes()
    )


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """Rows of samples (height, width, channels) as PNG stores them, each after the filter byte 0."""
    rows = samples.reshape(samples.shape[0], -1)
    if depth == 16:
        data = [row.astype(">u2").tobytes() for row in rows]
    elif depth == 8:
        data = [row.astype(numpy.uint8).tobytes() for row in rows]
    else:
        bits = (rows[:, :, None] >> numpy.arange(depth - 1, -1, -1)) & 1
        data = [numpy.packbits(row.reshape(-1).astype(numpy.uint8)).tobytes() for row in bits]
    return b"".join(b"\0" + row for row in data)


def png(samples, depth, color, interlaced=False, before=b""):
    height, width = samples.shape[:2]
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    parts = [samples[y::dy, x::dx] for x, y, dx, dy in passes] if interlaced else [samples]
    data = b"".join(packed(part, depth) for part in parts if part.size)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    # Two IDAT chunks: the data may be cut anywhere.
    data = zlib.compress(data)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before
        + chunk(b"IDAT", data[:40]) + chunk(b"IDAT", data[40:]) + chunk(b"IEND", b"")
    )


def samples(depth, color, seed):
    """A gradient with noise over the whole range of values."""
    random = numpy.random.default_rng(seed)
    y, x, c = numpy.mgrid[0:HEIGHT, 0:WIDTH, 0 : CHANNELS[color]]
    ramp = (x / (WIDTH - 1) * (0.5 + 0.5 * (c % 2)) + y / (HEIGHT - 1)) / 2 + random.uniform(-0.2, 0.2, x.shape)
    return numpy.clip(ramp * 2**depth, 0, 2**depth - 1).astype(numpy.int64)


def native(image, has_alpha):
    """Pillow's pixels with 1, 3 or 4 channels; 16-bit grey by its high byte, as Pillow reads 16-bit RGB."""
    if image.mode == "I;16":
        return numpy.asarray(image) >> 8
    if has_alpha:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def write_png(name, data, has_alpha):
    (HERE / name).write_bytes(data)
    expect(name, native(Image.open(io.BytesIO(data)), has_alpha))


def write_pngs():
    kinds = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8)]
    kinds += [(4, 8), (4, 16), (6, 8), (6, 16)]
    palette = numpy.random.default_rng(99).integers(0, 256, (256, 3), numpy.uint8)
    for seed, (color, depth) in enumerate(kinds):
        values = samples(depth, color, seed)
        before = chunk(b"PLTE", palette[: 2**depth].tobytes()) if color == 3 else b""
        for interlaced in (False, True):
            name = f"{NAMES[color]}{depth}{'-interlaced' if interlaced else ''}.png"
            write_png(name, png(values, depth, color, interlaced, before), color in (4, 6))

    grey, rgb, indices = samples(8, 0, 20), samples(8, 2, 21), samples(4, 3, 22)
    transparent = struct.pack(">H", int(grey[3, 3, 0]))
    write_png("grey8-transparent.png", png(grey, 8, 0, before=chunk(b"tRNS", transparent)), True)
    transparent = struct.pack(">HHH", *(int(v) for v in rgb[3, 3]))
    write_png("rgb8-transparent.png", png(rgb, 8, 2, before=chunk(b"tRNS", transparent)), True)
    before = chunk(b"PLTE", palette[:16].tobytes()) + chunk(b"tRNS", bytes([0, 255, 100, 30, 200]))
    write_png("palette4-transparent.png", png(indices, 4, 3, before=before), True)

    # Chunks that change nothing: gamma, a broken profile, text, animation control, an unknown one.
    junk = chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"iCCP", b"junk\0\0not zlib")
    junk += chunk(b"tEXt", b"Comment\0hello") + chunk(b"acTL", struct.pack(">II", 1, 0)) + chunk(b"juNk", b"1234")
    (HERE / "rgb8-ancillary.png").write_bytes(png(rgb, 8, 2, before=junk))
    expect("rgb8-ancillary.png", rgb)

    image = Image.open(HERE / "rgba8.png")
    for background in [(255, 255, 255), (10, 200, 90)]:
        flat = Image.new("RGB", image.size, background)
        flat.paste(image, mask=image.getchannel("A"))
        suffix = " on " + ",".join(str(v) for v in background)
        expect("rgba8.png as 3" + suffix, flat)
        expect("rgba8.png as 1" + suffix, flat.convert("L"))
    expect("rgb8.png as 1", Image.open(HERE / "rgb8.png").convert("L"))
    expect("grey8.png as 3", Image.open(HERE / "grey8.png").convert("RGB"))


def picture(width, height):
    """Smooth colours with an edge: what JPEG is for, and odd sizes so that blocks overhang."""
    y, x = numpy.mgrid[0:height, 0:width]
    red = 128 + 100 * numpy.sin(x / 5)
    green = 128 + 100 * numpy.cos(y / 4 + x / 9)
    blue = numpy.where(x + y > width, 200, 60)
    return Image.fromarray(numpy.stack([red, green, blue], -1).astype(numpy.uint8))


def inks(image):
    """Cyan, magenta, yellow as the complement of the colours, and a ramp of black."""
    black = numpy.mgrid[0 : image.height, 0 : image.width][1] * 4
    values = numpy.concatenate([255 - numpy.asarray(image), black[:, :, None]], -1)
    return Image.fromarray(values.astype(numpy.uint8), "CMYK")


def write_jpeg(name, image, **options):
    image.save(HERE / name, quality=85, **options)
    expect_jpeg(name)


def expect_jpeg(name):
    image = ImageOps.exif_transpose(Image.open(HERE / name))
    expect(name, image if image.mode == "L" else image.convert("RGB"))


def ycck(cmyk):
    """Debian's TurboJPEG writes CMYK pixels as YCCK, which Pillow cannot."""
    library = ctypes.CDLL("libturbojpeg.so.0")
    library.tjInitCompress.restype = ctypes.c_void_p
    pixels, out, size = cmyk.tobytes(), ctypes.POINTER(ctypes.c_ubyte)(), ctypes.c_ulong()
    handle = ctypes.c_void_p(library.tjInitCompress())
    status = library.tjCompress2(
        handle, pixels, cmyk.width, 0, cmyk.height, 11, ctypes.byref(out), ctypes.byref(size), 2, 85, 0
    )
    assert status == 0
    return bytes(out[: size.value])


def write_jpegs():
    image = picture(37, 29)
    for name, subsampling in [("444", 0), ("422", 1), ("420", 2)]:
        write_jpeg(f"ycc{name}.jpg", image, subsampling=subsampling)
        write_jpeg(f"ycc{name}-progressive.jpg", image, subsampling=subsampling, progressive=True)
    write_jpeg("grey.jpg", image.convert("L"))
    write_jpeg("grey-progressive.jpg", image.convert("L"), progressive=True)
    write_jpeg("rgb.jpg", image, keep_rgb=True)
    write_jpeg("restart.jpg", image, restart_marker_blocks=3)
    arithmetic = subprocess.run(["jpegtran", "-arithmetic", HERE / "ycc420.jpg"], capture_output=True, check=True)
    (HERE / "arithmetic.jpg").write_bytes(arithmetic.stdout)
    expect_jpeg("arithmetic.jpg")
    write_jpeg("cmyk.jpg", inks(image))
    (HERE / "ycck.jpg").write_bytes(ycck(inks(image).point(lambda value: 255 - value)))
    expect_jpeg("ycck.jpg")
    expect("ycc420.jpg as 1", Image.open(HERE / "ycc420.jpg").convert("L"))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x010F] = "a camera"
        exif[0x0112] = orientation
        write_jpeg(f"orientation{orientation}.jpg", picture(19, 10), subsampling=0, exif=exif)


def write_samplings():
    """What cjpeg can and Pillow cannot write: the sampling of each component in turn."""
    image = picture(37, 29)
    source = io.BytesIO()
    image.save(source, "PPM")
    for name, sampling in [("440", "1x2"), ("411", "4x1"), ("410", "4x2"), ("441", "1x4"), ("mixed", "2x2,1x2,2x1")]:
        command = ["cjpeg", "-quality", "85", "-sample", sampling]
        result = subprocess.run(command, input=source.getvalue(), capture_output=True, check=True)
        (HERE / f"ycc{name}.jpg").write_bytes(result.stdout)
        expect_jpeg(f"ycc{name}.jpg")
    command = ["jpegtran", "-arithmetic", "-progressive", HERE / "ycc444.jpg"]
    (HERE / "arithmetic-progressive.jpg").write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    expect_jpeg("arithmetic-progressive.jpg")


def write_truncated():
    """JPEG as djpeg fills it, PNG as Pillow does where it is allowed to; each cut in its pixels."""
    for name, share in [("ycc420.jpg", 0.75), ("ycc444-progressive.jpg", 0.7), ("restart.jpg", 0.8)]:
        data = (HERE / name).read_bytes()
        short = "truncated-" + name
        (HERE / short).write_bytes(data[: int(len(data) * share)])
        filled = subprocess.run(["djpeg", HERE / short], capture_output=True)  # status 2: a warning
        expect(short + " kept", Image.open(io.BytesIO(filled.stdout)))
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    for name in ["rgb8.png", "rgba8.png"]:
        data = (HERE / name).read_bytes()
        short = "truncated-" + name
        (HERE / short).write_bytes(data[: len(data) * 3 // 4])
        image = Image.open(HERE / short)
        expect(short + " kept", image)
    ImageFile.LOAD_TRUNCATED_IMAGES = False


def write_several_images():
    """The first frame counts, whether it is part of the animation or stands for it where that is not shown."""
    frames = [picture(13, 11).convert("RGBA"), picture(13, 11).transpose(Image.Transpose.ROTATE_180).convert("RGBA")]
    frames[0].save(HERE / "animated.png", save_all=True, append_images=frames[1:], duration=100)
    expect("animated.png", Image.open(HERE / "animated.png").convert("RGBA"))
    frames[1].save(HERE / "animated-default.png", save_all=True, default_image=True, append_images=[frames[0]] * 2)
    expect("animated-default.png", frames[1])


def write_turned_pngs():
    values = samples(8, 2, 21)
    for orientation in (3, 6):
        exif = Image.Exif()
        exif[0x0112] = orientation
        name = f"orientation{orientation}.png"
        (HERE / name).write_bytes(png(values, 8, 2, before=chunk(b"eXIf", exif.tobytes()[6:])))
        expect(name, ImageOps.exif_transpose(Image.open(HERE / name)))


def write_hostile():
    """Headers that promise far more pixels than anyone has memory for."""
    header = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    (HERE / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    data = bytearray((HERE / "grey.jpg").read_bytes())
    size = data.index(b"\xff\xc0") + 5
    data[size : size + 4] = struct.pack(">HH", 65500, 65500)
    (HERE / "huge.jpg").write_bytes(data)


write_pngs()
write_jpegs()
write_samplings()
write_truncated()
write_several_images()
write_turned_pngs()
write_hostile()
(HERE / "expected.pam").write_bytes(b"".join(expected))

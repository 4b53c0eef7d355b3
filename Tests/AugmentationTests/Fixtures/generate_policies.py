"""Writes policies.json: what torchvision makes of operations of its policies, and its tables of magnitudes.

Made with torchvision 0.29.2 (torch 2.15.0, CPU), numpy:  python generate_policies.py
"""
import base64, json, pathlib
import torch
from torchvision.transforms import InterpolationMode
from torchvision.transforms.autoaugment import _apply_op, RandAugment, TrivialAugmentWide
from torchvision.transforms.v2 import AugMix, AutoAugment
from generate_colour import picture, stored, tensor, array

NAMES = {"ShearX": "shear_x", "ShearY": "shear_y", "TranslateX": "translate_x", "TranslateY": "translate_y",
         "AutoContrast": "auto_contrast"}
name_of = lambda op: NAMES.get(op, op.lower())
images = {"rgb": picture(32, 24, 3, 5), "grey": picture(21, 26, 1, 6)}
modes = {"nearest": InterpolationMode.NEAREST, "bilinear": InterpolationMode.BILINEAR}


def applied(image, operations, mode):
    for op, magnitude in operations:
        image = _apply_op(image, op, magnitude, interpolation=modes[mode], fill=[0.0] * image.shape[0])
    return image


def written(operations):
    return [dict(kind=name_of(op), magnitude=magnitude) for op, magnitude in operations]


chains = [
    [("ShearX", 0.21)], [("ShearX", -0.9)], [("ShearY", 0.13)], [("ShearY", -0.3)], [("TranslateX", 7.9)],
    [("TranslateX", -3.2)], [("TranslateY", 9.1)], [("TranslateY", -31.0)], [("Rotate", 17.0)],
    [("Rotate", -121.5)], [("Brightness", 0.63), ("Contrast", -0.4)], [("Color", -0.9)], [("Color", 0.72)],
    [("Sharpness", 0.8)], [("Sharpness", -0.7)], [("Posterize", 4.0), ("Solarize", 113.3)],
    [("Solarize", 0.0), ("AutoContrast", 0.0)], [("Equalize", 0.0), ("Invert", 0.0)], [("Identity", 0.0)],
    [("Rotate", 9.0), ("TranslateX", 4.0)], [("ShearY", 0.23), ("Brightness", 0.2)],
]
cases = []
for index, chain in enumerate(chains):
    for image, mode in [("rgb", "bilinear"), ("grey" if index % 2 else "rgb", "nearest")]:
        result = applied(tensor(images[image]), chain, mode)
        cases.append(dict(image=image, operations=written(chain), interpolation=mode, result=stored(array(result))))

mixtures = []
for share, parts in [(0.4, [(0.35, chains[8]), (0.15, chains[10]), (0.1, chains[20])]), (0.0, [(1.0, chains[5])])]:
    image = tensor(images["rgb"])
    mix = torch.tensor(share) * image
    for part, chain in parts:
        mix.add_(torch.tensor(part) * applied(image, chain, "bilinear"))
    mixtures.append(dict(
        image="rgb", share=share, chains=[dict(share=part, operations=written(chain)) for part, chain in parts],
        result=stored(array(mix.to(torch.uint8)))))

# At a size of 200 x 120, of which translations are a part.
spaces = {}
for name, space in {
    "standard": RandAugment()._augmentation_space(31, (120, 200)),
    "wide": TrivialAugmentWide()._augmentation_space(31),
    "mix": {op: (f(10, 120, 200), signed) for op, (f, signed) in AugMix()._AUGMENTATION_SPACE.items()},
}.items():
    for op, (magnitudes, signed) in space.items():
        if magnitudes is None or magnitudes.ndim == 0:
            magnitudes = torch.zeros(1)
        if name == "mix" and op == "Solarize":
            magnitudes = magnitudes * 255
        spaces.setdefault(name, []).append(
            dict(kind=name_of(op), magnitudes=[round(float(m), 4) for m in magnitudes], signed=signed))

folder = pathlib.Path(__file__).parent
with open(folder / "policies.json", "w") as file:
    json.dump(dict(images={name: stored(image) for name, image in images.items()}, cases=cases, mixtures=mixtures,
                   spaces=spaces), file, indent=0)
    file.write("\n")

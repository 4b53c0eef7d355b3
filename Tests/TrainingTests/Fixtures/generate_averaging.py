"""Writes ten-crop.csv and averages.csv with PyTorch 2.15, torchvision 0.29.2 and Pillow 13; run in this folder.

ten-crop.csv: of a grey image of 20 x 15 pixels, (7 x + 13 y + x y) mod 256, resized to a shorter side of 9, the ten crops
of 8 x 8 by torchvision's TenCrop, a line each.

averages.csv: of a weight that follows w(t) = sin(t) + t / 10 (float32), step by step, the averages of
torch.optim.swa_utils.AveragedModel: with get_ema_multi_avg_fn(0.9), and the running mean.
"""
import math

import torch
from PIL import Image
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, get_swa_multi_avg_fn
from torchvision.transforms import Resize, TenCrop

image = Image.new("L", (20, 15))
image.putdata([(7 * x + 13 * y + x * y) % 256 for y in range(15) for x in range(20)])
with open("ten-crop.csv", "w") as file:
    for crop in TenCrop(8)(Resize(9)(image)):
        file.write(",".join(map(str, crop.tobytes())) + "\n")

model = torch.nn.Linear(1, 1, bias=False)
ema = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9), use_buffers=True)
swa = AveragedModel(model, multi_avg_fn=get_swa_multi_avg_fn())
with open("averages.csv", "w") as file:
    for step in range(20):
        with torch.no_grad():
            model.weight.fill_(math.sin(step) + step / 10)
        ema.update_parameters(model)
        swa.update_parameters(model)
        values = [m.weight.item() for m in (model, ema.module, swa.module)]
        file.write(",".join(f"{value:.9g}" for value in values) + "\n")

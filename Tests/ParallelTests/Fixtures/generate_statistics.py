#!/usr/bin/env python3
"""Writes statistics.safetensors: running statistics by torch.optim.swa_utils.update_bn (PyTorch 2.15, safetensors).

Weights and 24 images in four mini-batches of six, and under `expected.` the statistics that update_bn takes from them.

    cd Tests/ParallelTests/Fixtures && /root/peers/bin/python generate_statistics.py
"""

import torch
from safetensors.torch import save_file
from torch import nn
from torch.optim.swa_utils import update_bn

torch.manual_seed(5)
net = nn.Sequential(
    nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
    nn.Conv2d(4, 5, 3, padding=1, bias=False), nn.BatchNorm2d(5), nn.ReLU(),
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 3))
images = torch.randn(24, 3, 6, 6) * 2 + 1
for norm in (net[1], net[4]):
    nn.init.normal_(norm.weight, 1, 0.3)
    nn.init.normal_(norm.bias, 0, 0.3)
tensors = {name: value.clone() for name, value in net.state_dict().items() if "tracked" not in name}
update_bn([images[i:i + 6] for i in range(0, 24, 6)], net)
tensors |= {"expected." + name: value.clone() for name, value in net.state_dict().items() if "running" in name}
save_file(tensors | {"images": images}, "statistics.safetensors")

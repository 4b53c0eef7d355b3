#!/usr/bin/env python3
"""Writes resnet18.txt: the names and shapes of the state of torchvision's ResNet-18, one tensor a line.

Made with Python 3.11.7, torch 2.15.0, torchvision 0.29.2:

    /root/peers/bin/python Tests/NetworksTests/Fixtures/generate.py
"""

import os

import torchvision

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "resnet18.txt"), "w") as file:
    for name, value in torchvision.models.resnet18().state_dict().items():
        # A counter that only PyTorch needs.
        if not name.endswith("num_batches_tracked"):
            file.write(f"{name} {'x'.join(map(str, value.shape))}\n")

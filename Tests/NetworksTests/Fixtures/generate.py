#!/usr/bin/env python3
"""Writes resnet18.txt and resnet50.txt: the names and shapes of the state of torchvision's networks, one
tensor a line.

Made with Python 3.11.7, torch 2.15.0, torchvision 0.29.2:

    /root/peers/bin/python Tests/NetworksTests/Fixtures/generate.py
"""

import os

import torchvision

for model in ["resnet18", "resnet50"]:
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{model}.txt"), "w") as file:
        for name, value in getattr(torchvision.models, model)().state_dict().items():
            # A counter that only PyTorch needs.
            if not name.endswith("num_batches_tracked"):
                file.write(f"{name} {'x'.join(map(str, value.shape))}\n")

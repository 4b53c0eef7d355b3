#!/usr/bin/env python3
"""Writes what PyTorch computes for initialisers: gains.txt, "activation slope gain" a line, and fans.txt, "inputs
outputs kernel groups fan-in fan-out" a line, where kernel 0 is a linear layer.

Made with Python 3.11.7, torch 2.15.0:

    /root/peers/bin/python Tests/NetworksTests/Fixtures/generate-initialisers.py
"""

import os

import torch

folder = os.path.dirname(os.path.abspath(__file__))

with open(os.path.join(folder, "gains.txt"), "w") as file:
    for name, slope in [
        ("linear", None), ("sigmoid", None), ("tanh", None), ("relu", None), ("leaky_relu", None),
        ("leaky_relu", 0.2), ("leaky_relu", 1.0), ("leaky_relu", 5**0.5), ("selu", None),
    ]:
        gain = torch.nn.init.calculate_gain(name, slope)
        print(name.replace("_", "-"), slope or "default", repr(float(gain)), file=file)

with open(os.path.join(folder, "fans.txt"), "w") as file:
    for inputs, outputs, kernel, groups in [
        (3, 64, 7, 1), (64, 128, 1, 1), (32, 32, 3, 32), (8, 24, 5, 4), (1, 6, 3, 1), (512, 10, 0, 1), (7, 2, 0, 1),
    ]:
        layer = torch.nn.Conv2d(inputs, outputs, kernel, groups=groups) if kernel else torch.nn.Linear(inputs, outputs)
        fans = torch.nn.init._calculate_fan_in_and_fan_out(layer.weight)
        print(inputs, outputs, kernel, groups, *fans, file=file)

#!/usr/bin/env python3
"""Writes what the zoo's networks are in PyTorch: zoo.txt with a line for each of its name, the images it is made for,
its trained values, its tensors and a digest of their names and shapes; and resnet18.txt and resnet50.txt with these
names and shapes, one tensor a line.

Made with Python 3.11.7, torch 2.15.0, torchvision 0.29.2:

    /root/peers/bin/python Tests/NetworksTests/Fixtures/generate.py
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../../tools/zoo"))
from peers import PEERS, state  # noqa: E402


def stable_hash(text):
    """`StableHash.of`."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    z = (value + 0x9E3779B97F4A7C15) % 2**64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    return z ^ (z >> 31)


with open(os.path.join(HERE, "zoo.txt"), "w") as zoo:
    for name, (make, shape) in PEERS.items():
        net = make(1000)
        lines = [f"{key} {'x'.join(map(str, value.shape))}" for key, value in state(net).items()]
        digest = stable_hash("\n".join(sorted(lines)))
        values = sum(parameter.numel() for parameter in net.parameters())
        zoo.write(f"{name} {'x'.join(map(str, shape))} {values} {len(lines)} {digest:016x}\n")
        if name in ["resnet18", "resnet50"]:
            with open(os.path.join(HERE, f"{name}.txt"), "w") as file:
                file.write("\n".join(lines) + "\n")

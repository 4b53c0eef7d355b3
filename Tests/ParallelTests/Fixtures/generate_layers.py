#!/usr/bin/env python3
"""Writes poolings.safetensors: what PyTorch computes for the networks of SmallNetworks+Poolings.swift.

Made with the libraries that generate.py names:

    /root/peers/bin/python Tests/ParallelTests/Fixtures/generate_layers.py
"""

import torch
from torch import nn

from generate import conv, head, layers

POOLINGS = {
    "max-pool-ceil": ((3, 6, 6), lambda: [conv(3, 5), nn.MaxPool2d(3, 2, ceil_mode=True), *head(45)]),
    "max-pool-ceil-padded": (
        (3, 6, 5), lambda: [conv(3, 4), nn.MaxPool2d(3, 2, 1, ceil_mode=True), *head(48)]),
    "max-pool-ceil-wide-stride": (
        (3, 7, 6), lambda: [conv(3, 4), nn.MaxPool2d(2, 3, ceil_mode=True), *head(24)]),
    "average-pool-ceil": ((3, 5, 4), lambda: [conv(3, 5), nn.AvgPool2d(2, ceil_mode=True), *head(30)]),
    "average-pool-ceil-padded": (
        (3, 6, 5), lambda: [conv(3, 4), nn.AvgPool2d(3, 2, 1, ceil_mode=True), *head(48)]),
    "average-pool-ceil-excluding": (
        (3, 6, 5),
        lambda: [conv(3, 4), nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False), *head(48)]),
    "average-pool-excluding": (
        (3, 5, 5), lambda: [conv(3, 4), nn.AvgPool2d(3, 2, 1, count_include_pad=False), *head(36)]),
    "max-pool-ceil-first": ((3, 6, 6), lambda: [nn.MaxPool2d(3, 2, ceil_mode=True), *head(27)]),
}

if __name__ == "__main__":
    torch.set_num_threads(2)
    layers(POOLINGS, "poolings.safetensors")

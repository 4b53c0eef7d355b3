#!/usr/bin/env python3
"""Writes poolings, norms, windows and transposed.safetensors: what PyTorch computes for the networks of
SmallNetworks+Poolings.swift, +Norms and +Windows.

Made with the libraries that generate.py names:

    /root/peers/bin/python Tests/ParallelTests/Fixtures/generate_layers.py
"""

import torch
from torch import nn

from generate import CLASSES, conv, head, layers


class LayerNorm2d(nn.LayerNorm):
    """Over the channels of each pixel, as torchvision's ConvNeXt."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(x.shape[0], *self.shape)


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
    "average-pool-ceil-large": (
        (1, 18, 17), lambda: [conv(1, 2), nn.AvgPool2d(17, 8, 8, ceil_mode=True), *head(24)]),
    "adaptive-average": ((3, 7, 5), lambda: [conv(3, 4), nn.AdaptiveAvgPool2d((3, 2)), *head(24)]),
    "adaptive-average-larger": ((3, 3, 2), lambda: [conv(3, 4), nn.AdaptiveAvgPool2d((4, 3)), *head(48)]),
    "adaptive-average-same": ((3, 3, 4), lambda: [conv(3, 4), nn.AdaptiveAvgPool2d((3, 4)), *head(48)]),
    "adaptive-average-one": ((3, 3, 4), lambda: [conv(3, 16), nn.AdaptiveAvgPool2d(1), *head(16)]),
    "adaptive-average-first": ((3, 5, 4), lambda: [nn.AdaptiveAvgPool2d(3), *head(27)]),
    "adaptive-max": ((3, 5, 4), lambda: [conv(3, 5), nn.AdaptiveMaxPool2d((3, 2)), *head(30)]),
    "adaptive-max-first": ((3, 5, 4), lambda: [nn.AdaptiveMaxPool2d((3, 2)), *head(18)]),
    # The regions that Graham's layer and PyTorch's agree on: increments of 2 disjoint, of 2 and of 1 overlapping.
    "fractional-disjoint": ((3, 6, 6), lambda: [conv(3, 5), nn.FractionalMaxPool2d(2, output_size=3), *head(45)]),
    "fractional-overlapping": (
        (3, 7, 5), lambda: [conv(3, 4), nn.FractionalMaxPool2d(3, output_size=(3, 2)), *head(24)]),
    "fractional-steps-of-1": (
        (3, 4, 4), lambda: [conv(3, 4), nn.FractionalMaxPool2d(2, output_size=3), *head(36)]),
}

NORMS = {
    "group-norm": ((3, 4, 3), lambda: [conv(3, 6), nn.GroupNorm(2, 6), *head(72)]),
    "group-norm-plain": ((3, 4, 3), lambda: [conv(3, 4), nn.GroupNorm(4, 4, eps=1e-2, affine=False), *head(48)]),
    "group-norm-vector": (
        (3, 3, 3), lambda: [nn.Flatten(), nn.Linear(27, 10), nn.GroupNorm(2, 10), nn.Linear(10, CLASSES)]),
    "group-norm-first": ((4, 3, 4), lambda: [nn.GroupNorm(2, 4), conv(4, 3), *head(36)]),
    "layer-norm-channels": ((3, 4, 3), lambda: [conv(3, 5), LayerNorm2d(5), *head(60)]),
    "layer-norm-channels-wide": ((3, 2, 2), lambda: [conv(3, 39, k=1), LayerNorm2d(39, eps=1e-6), *head(156)]),
    "layer-norm-channels-plain": (
        (3, 4, 3), lambda: [conv(3, 5), LayerNorm2d(5, eps=1e-2, elementwise_affine=False), *head(60)]),
    "layer-norm-channels-first": ((5, 3, 3), lambda: [LayerNorm2d(5), conv(5, 3), *head(27)]),
    "layer-norm-all": ((3, 4, 3), lambda: [conv(3, 5), nn.LayerNorm((5, 4, 3)), *head(60)]),
    "layer-norm-all-plain": (
        (3, 4, 3), lambda: [conv(3, 5), nn.LayerNorm((5, 4, 3), elementwise_affine=False), *head(60)]),
    "layer-norm-all-first": ((3, 4, 3), lambda: [nn.LayerNorm((3, 4, 3)), conv(3, 4), *head(48)]),
    "layer-norm-vector": (
        (3, 3, 3), lambda: [nn.Flatten(), nn.Linear(27, 20), nn.LayerNorm(20), nn.Linear(20, CLASSES)]),
    "local-response-norm": (
        (3, 3, 4), lambda: [conv(3, 7), nn.LocalResponseNorm(5, alpha=0.5), *head(84)]),
    "local-response-norm-even": (
        (3, 3, 4), lambda: [conv(3, 5), nn.LocalResponseNorm(4, alpha=2, beta=0.5, k=2), *head(60)]),
    "local-response-norm-wide": ((3, 3, 3), lambda: [conv(3, 3), nn.LocalResponseNorm(9, alpha=1), *head(27)]),
    "batch-norm-silu": (
        (3, 6, 6),
        lambda: [conv(3, 8), nn.BatchNorm2d(8), nn.SiLU(), conv(8, 5), nn.BatchNorm2d(5), nn.Hardswish(), *head(180)]),
    "batch-norm-elu-vector": (
        (3, 4, 4),
        lambda: [
            nn.Flatten(), nn.Linear(48, 10, bias=False), nn.BatchNorm1d(10), nn.ELU(1.5), nn.Linear(10, CLASSES)]),
}


def padded(mode, k=3, p=1, s=1):
    return nn.Conv2d(5, 4, k, s, p, bias=False, padding_mode=mode)


WINDOWS = {
    "conv-reflect": ((3, 4, 5), lambda: [conv(3, 5), padded("reflect"), *head(80)]),
    "conv-replicate-stride-2": ((3, 4, 5), lambda: [conv(3, 5), padded("replicate", 5, 2, 2), *head(24)]),
    "conv-circular": ((3, 4, 3), lambda: [conv(3, 5), padded("circular", 5, 2), *head(48)]),
    "conv-reflect-same": ((3, 4, 4), lambda: [conv(3, 5), padded("reflect", 4, "same"), *head(64)]),
    "conv-circular-first": (
        (3, 4, 4), lambda: [nn.Conv2d(3, 4, 3, padding=1, padding_mode="circular"), *head(64)]),
    "pad-zeros": ((3, 3, 4), lambda: [conv(3, 4), nn.ZeroPad2d((1, 0, 2, 1)), conv(4, 3, p=0), *head(36)]),
    "pad-reflect": ((3, 4, 4), lambda: [conv(3, 4), nn.ReflectionPad2d((2, 1, 0, 3)), *head(196)]),
    "pad-replicate": ((3, 3, 3), lambda: [conv(3, 4), nn.ReplicationPad2d((4, 1, 0, 1)), *head(128)]),
    "pad-circular": ((3, 3, 3), lambda: [conv(3, 4), nn.CircularPad2d(2), *head(196)]),
    "pad-circular-first": ((3, 3, 3), lambda: [nn.CircularPad2d((3, 0, 1, 0)), conv(3, 2, p=0), *head(16)]),
    "reshape-vector": (
        (3, 3, 3), lambda: [nn.Flatten(), nn.Linear(27, 24), Reshape(2, 4, 3), conv(2, 3), *head(36)]),
    "reshape-image": ((3, 4, 4), lambda: [conv(3, 4), Reshape(2, 8, 4), conv(2, 3), Reshape(96), nn.Linear(96, CLASSES)]),
}
TRANSPOSED = {
    "conv-transpose": (
        (3, 4, 3), lambda: [conv(3, 6), nn.ConvTranspose2d(6, 5, 3, 2, 1, output_padding=1), *head(240)]),
    "conv-transpose-groups": (
        (3, 3, 3), lambda: [conv(3, 6), nn.ConvTranspose2d(6, 4, 4, 2, 1, groups=2, bias=False), *head(144)]),
    "conv-transpose-dilation": (
        (3, 4, 3), lambda: [conv(3, 5), nn.ConvTranspose2d(5, 4, 3, padding=1, dilation=2, bias=False), *head(120)]),
    "conv-transpose-depthwise": (
        (3, 3, 3), lambda: [conv(3, 6), nn.ConvTranspose2d(6, 6, 2, 2, groups=6), *head(216)]),
    "conv-transpose-first": (
        (3, 3, 3), lambda: [nn.ConvTranspose2d(3, 4, 3, padding=1, bias=False), conv(4, 3), *head(27)]),
    "conv-transpose-16-channels": (
        (3, 2, 2), lambda: [conv(3, 16), nn.ConvTranspose2d(16, 16, 3, 2, 1, bias=False), *head(144)]),
}

if __name__ == "__main__":
    torch.set_num_threads(2)
    layers(POOLINGS, "poolings.safetensors", tries=100)
    layers(NORMS, "norms.safetensors")
    layers(WINDOWS, "windows.safetensors")
    layers(TRANSPOSED, "transposed.safetensors")

#!/usr/bin/env python3
"""Writes composites.safetensors: what PyTorch computes for the networks of SmallNetworks+Composites.swift.

Made with Python 3.11.7, torch 2.15.0, torchvision 0.29.2, numpy 2.4.6, safetensors 0.8.0:

    /root/peers/bin/python Tests/ParallelTests/Fixtures/generate_composites.py
"""

import torch
from torch import nn
from torchvision.ops import SqueezeExcitation

from generate import BN, CLASSES, KINKS, Residual, conv, head, layers


class Parallel(nn.Module):
    """Branches of named layers; without names they are `branch.place`, as in Convoy."""

    def __init__(self, *branches, sum=False):
        super().__init__()
        self.branches, self.sum = [list(branch.items()) for branch in branches], sum
        for branch in self.branches:
            for name, layer in branch:
                # PyTorch allows no dots in names of its own.
                at, parts = self, name.split(".")
                for part in parts[:-1]:
                    if not hasattr(at, part):
                        at.add_module(part, nn.Module())
                    at = getattr(at, part)
                at.add_module(parts[-1], layer)

    def forward(self, x):
        outputs = []
        for branch in self.branches:
            y = x
            for _, layer in branch:
                y = layer(y)
            outputs.append(y)
        return sum(outputs[1:], outputs[0]) if self.sum else torch.cat(outputs, 1)


class ChannelPad(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.sides = (0, 0, 0, 0, before, after)

    def forward(self, x):
        return nn.functional.pad(x, self.sides)


class LayerScale(nn.Module):
    def __init__(self, channels, initial=0.5):
        super().__init__()
        self.layer_scale = nn.Parameter(torch.ones(channels, 1, 1) * initial)

    def forward(self, x):
        return x * self.layer_scale


class ScaledResidual(Residual):
    """A residual whose layer scale is a tensor of its own, as torchvision's CNBlock."""

    def __init__(self, body, channels):
        super().__init__(body)
        self.layer_scale = nn.Parameter(torch.ones(channels, 1, 1) * 0.5)

    def forward(self, x):
        y = x
        for layer in self.body:
            y = layer(y)
        return y * self.layer_scale + x


class PointwiseDense(nn.Linear):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def squeeze(channels, squeezed, activation=nn.SiLU, gate=nn.Sigmoid):
    return SqueezeExcitation(channels, squeezed, activation, gate)


def dense_layer(channels, filters):
    return Parallel({}, {
        "norm1": BN(channels), "tanh1": nn.Tanh(), "conv1": conv(channels, 7, k=1), "norm2": BN(7),
        "tanh2": nn.Tanh(), "conv2": conv(7, filters)})


NETWORKS = {
    "parallel-concat": (
        (3, 4, 4),
        lambda: [conv(3, 5), Parallel({"0.0": conv(5, 4)}, {}, {"2.0": conv(5, 6)}), conv(15, 4), *head(64)]),
    "parallel-concat-blocked": (
        (3, 3, 3),
        lambda: [conv(3, 16), Parallel({"a": conv(16, 16)}, {"b": conv(16, 16)}), conv(32, 4), *head(36)]),
    "parallel-concat-at-input": (
        (3, 4, 4), lambda: [Parallel({}, {"a": conv(3, 4)}, {}), conv(10, 4), *head(64)]),
    "parallel-concat-of-inputs": ((3, 4, 4), lambda: [Parallel({}, {}), conv(6, 4), *head(64)]),
    "parallel-concat-vector": (
        (3, 4, 4),
        lambda: [
            nn.Flatten(), nn.Linear(48, 6), Parallel({"a": nn.Linear(6, 5), "b": nn.Tanh()}, {}),
            nn.Linear(11, CLASSES)]),
    "parallel-dense-block": (
        (3, 4, 4), lambda: [conv(3, 6), dense_layer(6, 4), dense_layer(10, 5), *head(240)]),
    "parallel-sum": (
        (3, 4, 4),
        lambda: [
            conv(3, 5), Parallel({"a": conv(5, 5), "b": BN(5)}, {}, {"c": conv(5, 5)}, {}, sum=True),
            conv(5, 4), *head(64)]),
    "parallel-norm": (
        (3, 4, 4),
        lambda: [conv(3, 4), BN(4), Parallel({}, {"a": conv(4, 5)}), conv(9, 4), *head(64)]),
    "channel-pad": (
        (3, 6, 6),
        lambda: [
            conv(3, 4), Residual([conv(4, 10, s=2, p=1), BN(10)], [nn.AvgPool2d(1, 2), ChannelPad(2, 4)]),
            *head(90)]),
    "squeeze-excitation": ((3, 4, 4), lambda: [conv(3, 7), squeeze(7, 3), conv(7, 4), *head(64)]),
    "squeeze-excitation-blocked": (
        (3, 3, 3), lambda: [conv(3, 16), squeeze(16, 8), conv(16, 4), *head(36)]),
    "squeeze-excitation-norm": (
        (3, 4, 4),
        lambda: [
            conv(3, 8), BN(8), nn.Tanh(), squeeze(8, 4, nn.Tanh, nn.Softplus), conv(8, 4), BN(4), *head(64)]),
    "squeeze-excitation-at-input": ((3, 4, 4), lambda: [squeeze(3, 5), conv(3, 4), *head(64)]),
    "layer-scale": (
        (3, 4, 4), lambda: [conv(3, 5), ScaledResidual([conv(5, 5)], 5), conv(5, 4), *head(64)]),
    "layer-scale-at-input": (
        (3, 4, 4), lambda: [LayerScale(3), conv(3, 8), LayerScale(8), *head(128)]),
    "dense-pointwise": (
        (3, 4, 4),
        lambda: [
            conv(3, 6), PointwiseDense(6, 9), nn.GELU(), PointwiseDense(9, 5, bias=False), BN(5), *head(80)]),
    "dense-pointwise-blocked": (
        (3, 3, 3), lambda: [conv(3, 16), PointwiseDense(16, 16), conv(16, 4), *head(36)]),
    "dense-pointwise-at-input": (
        (3, 4, 4), lambda: [PointwiseDense(3, 8), conv(8, 4), *head(64)]),
    "relu6": ((3, 4, 4), lambda: [conv(3, 5), nn.ReLU6(), conv(5, 4), *head(64)]),
}
KINKS[nn.ReLU6] = [0, 6]

if __name__ == "__main__":
    torch.set_num_threads(2)
    layers(NETWORKS, "composites.safetensors")

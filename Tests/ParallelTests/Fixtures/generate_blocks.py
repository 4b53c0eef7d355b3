#!/usr/bin/env python3
"""Writes zoo-blocks.json: what PyTorch computes for one block of each family of the zoo, with numbers from a formula. Of a
gradient it holds the length and the product with a vector of the formula's.

Made with Python 3.11.7, torch 2.15.0, torchvision 0.29.2, numpy 2.4.6:

    /root/peers/bin/python Tests/ParallelTests/Fixtures/generate_blocks.py
"""

import json
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../../tools/zoo"))
from generate import CLASSES, GlobalAveragePool, batch, uniform  # noqa: E402
from peers import PEERS, Named, state  # noqa: E402

IMAGES = 3

# The network, the path of the block, and the block's input.
BLOCKS = [
    ("resnet20", "layer2.0", (16, 8, 8)),
    ("resnet18", "layer2.0", (64, 6, 6)),
    ("resnet50", "layer1.0", (64, 5, 5)),
    ("resnext50-32x4d", "layer1.0", (64, 5, 5)),
    ("wide-resnet16-4", "layer1.0", (16, 6, 6)),
    ("wide-resnet16-4", "layer1.1", (64, 5, 5)),
    ("densenet121", "features.denseblock1", (64, 4, 4)),
    ("densenet121", "features.transition1", (256, 4, 4)),
    ("squeezenet1-1", "features.3", (64, 5, 5)),
    ("mobilenet-v2", "features.2", (16, 6, 6)),
    ("mobilenet-v2", "features.3", (24, 6, 6)),
    ("mobilenet-v3-small", "features.1", (16, 8, 8)),
    ("mobilenet-v3-small", "features.5", (40, 5, 5)),
    ("efficientnet-b0", "features.2.0", (16, 6, 6)),
    ("convnext-tiny", "features.1.0", (96, 7, 7)),
    ("convnext-tiny", "features.2", (96, 4, 4)),
]


def value(name, shape):
    """The formula of ZooBlockTests.swift."""
    values = uniform(name, int(np.prod(shape)))
    if len(shape) > 1:
        values = values * np.float32(np.sqrt(6 / np.prod(shape[1:])))
    elif name.endswith(("weight", "running_var")):
        values = np.float32(1) + np.float32(0.5) * values
    else:
        values = np.float32(0.25) * values
    return torch.from_numpy(values.reshape(shape))


def fixture(model, path, shape):
    block = PEERS[model][0](10).get_submodule(path)
    channels = block(torch.zeros(IMAGES, *shape)).shape[1]
    net = Named(block=block, pool=GlobalAveragePool(), fc=nn.Linear(channels, CLASSES))
    for name, tensor in state(net).items():
        tensor.data.copy_(value(name, tuple(tensor.shape)))
    images, labels = batch(0, IMAGES, shape, CLASSES)
    net = net.double()
    inference = net.eval()(images.double())
    net.train()
    scores = net(images.double())
    loss = F.cross_entropy(scores, labels)
    loss.backward()
    gradients = {}
    for name, parameter in net.named_parameters():
        gradient = parameter.grad.numpy().reshape(-1)
        along = uniform("along " + name, gradient.size).astype(np.float64)
        gradients[name] = [float(np.linalg.norm(gradient)), float(gradient @ along)]
    return {
        "model": model, "path": path, "input": shape, "inference": inference.detach().reshape(-1).tolist(),
        "loss": loss.item(), "gradients": gradients}


if __name__ == "__main__":
    with open(os.path.join(HERE, "zoo-blocks.json"), "w") as file:
        json.dump([fixture(*block) for block in BLOCKS], file)
        file.write("\n")

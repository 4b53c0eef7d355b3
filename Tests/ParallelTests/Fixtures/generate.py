#!/usr/bin/env python3
"""Writes layers.safetensors and trajectories.json: what PyTorch computes for the networks of
SmallNetworks.swift and for ten steps of vgg6 and resnet18.

Made with Python 3.11.7, torch 2.15.0, torchvision 0.29.2, numpy 2.4.6, safetensors 0.8.0:

    /root/peers/bin/python Tests/ParallelTests/Fixtures/generate.py

PyTorch computes in double from fp32 weights and images, so that only Convoy's rounding shows.
"""

import json
import os

import numpy as np
import torch
import torchvision
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH = 4
CLASSES = 3

# Modules that PyTorch lacks, named inside as Convoy names them.


class GlobalAveragePool(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


class SamePad(nn.Module):
    """The zeros of Convoy's `padding: .same`: the odd one below and right. Has no place of its own."""

    def __init__(self, conv, total):
        super().__init__()
        self.weight, self.conv = conv.weight, [conv]
        self.sides = (total // 2, total - total // 2) * 2

    def forward(self, x):
        conv = self.conv[0]
        return F.conv2d(F.pad(x, self.sides), self.weight, None, conv.stride)


class Residual(nn.Module):
    def __init__(self, body, shortcut=(), relu=False):
        super().__init__()
        for index, layer in enumerate(body):
            self.add_module(str(index), layer)
        self.downsample = nn.Sequential(*shortcut)
        self.body, self.relu = list(body), nn.ReLU() if relu else nn.Identity()

    def forward(self, x):
        y = x
        for layer in self.body:
            y = layer(y)
        return self.relu(y + self.downsample(x))


class Named(nn.Module):
    """A sequence whose layers have names."""

    def __init__(self, **layers):
        super().__init__()
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x):
        for layer in self.children():
            x = layer(x)
        return x


def conv(i, o, k=3, s=1, p=None, d=1, g=1, b=False):
    return nn.Conv2d(i, o, k, s, d * (k - 1) // 2 if p is None else p, d, g, b)


def head(features):
    return [nn.Flatten(), nn.Linear(features, CLASSES)]


BN, RELU = nn.BatchNorm2d, nn.ReLU

ACTIVATIONS = {
    "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "leaky-relu": lambda: nn.LeakyReLU(0.2), "prelu": lambda: nn.PReLU(5),
    "elu": lambda: nn.ELU(1.5), "selu": nn.SELU, "gelu": nn.GELU, "gelu-tanh": lambda: nn.GELU("tanh"),
    "silu": nn.SiLU, "hard-sigmoid": nn.Hardsigmoid, "hard-swish": nn.Hardswish,
    "softplus": lambda: nn.Softplus(beta=2),
}

# Where the slope of an activation jumps.
KINKS = {
    nn.ReLU: [0], nn.LeakyReLU: [0], nn.PReLU: [0], nn.ELU: [0], nn.SELU: [0], nn.Hardsigmoid: [-3, 3],
    nn.Hardswish: [-3, 3],
}

# Name: channels, height and width of the images, and the layers. Mirrors SmallNetworks.swift.
NETWORKS = {
    "conv-same": ((3, 6, 6), lambda: [conv(3, 8), conv(8, 8), *head(288)]),
    "conv-16-channels": ((3, 6, 6), lambda: [conv(3, 16), conv(16, 16), *head(576)]),
    "conv-grey": ((1, 7, 5), lambda: [conv(1, 16), conv(16, 3), *head(105)]),
    "conv-stride-2": ((3, 8, 8), lambda: [conv(3, 8), conv(8, 16, s=2, p=1), *head(256)]),
    "conv-stride-2-odd": ((3, 7, 9), lambda: [conv(3, 8), conv(8, 8, s=2, p=1), *head(160)]),
    "conv-no-padding": ((3, 6, 6), lambda: [conv(3, 8), conv(8, 8, p=0), *head(128)]),
    "conv-wide-padding": ((3, 5, 5), lambda: [conv(3, 8), conv(8, 8, p=2), *head(392)]),
    "conv-dilation-2": ((3, 7, 7), lambda: [conv(3, 8), conv(8, 8, d=2), *head(392)]),
    "conv-groups-2": ((3, 6, 6), lambda: [conv(3, 8), conv(8, 12, g=2), *head(432)]),
    "conv-groups-2-blocked": ((3, 5, 5), lambda: [conv(3, 32, k=1), conv(32, 32, g=2, p=0), *head(288)]),
    "conv-depthwise": ((3, 6, 6), lambda: [conv(3, 16), conv(16, 16, g=16), *head(576)]),
    "conv-depthwise-stride-2": (
        (3, 6, 6), lambda: [conv(3, 10), conv(10, 10, s=2, p=1, g=10, b=True), *head(90)]),
    "conv-bias": ((3, 6, 6), lambda: [conv(3, 8, b=True), conv(8, 20, b=True), *head(720)]),
    "conv-1x1": ((3, 6, 6), lambda: [conv(3, 16), conv(16, 24, k=1), *head(864)]),
    "conv-1x1-stride-2": ((3, 6, 6), lambda: [conv(3, 16), conv(16, 16, k=1, s=2), *head(144)]),
    "conv-5x5": ((3, 6, 6), lambda: [conv(3, 8), conv(8, 8, k=5), *head(288)]),
    "conv-even-kernel": ((3, 6, 6), lambda: [conv(3, 8), SamePad(conv(8, 8, k=4), 3), *head(288)]),
    "conv-odd-channels": ((3, 6, 6), lambda: [conv(3, 20), conv(20, 7), *head(252)]),
    "conv-7x7-stride-2": ((3, 12, 12), lambda: [conv(3, 4), conv(4, 16, k=7, s=2, p=3), *head(576)]),
    "conv-scores": ((3, 6, 6), lambda: [conv(3, 8), conv(8, 3, k=1), GlobalAveragePool()]),
    "batch-norm": ((3, 6, 6), lambda: [conv(3, 8), BN(8), *head(288)]),
    "batch-norm-options": ((3, 5, 5), lambda: [conv(3, 16), BN(16, eps=1e-2, momentum=0.3), *head(400)]),
    "batch-norm-first": ((3, 6, 6), lambda: [BN(3), conv(3, 8), *head(288)]),
    "batch-norm-vector": (
        (3, 4, 4), lambda: [nn.Flatten(), nn.Linear(48, 10, bias=False), nn.BatchNorm1d(10), nn.Linear(10, CLASSES)]),
    "batch-norm-relu": ((3, 4, 4), lambda: [conv(3, 4), BN(4), RELU(), *head(64)]),
    "batch-norm-relu-blocked": ((3, 3, 3), lambda: [conv(3, 16), BN(16), RELU(), *head(144)]),
    "relu": ((3, 4, 4), lambda: [conv(3, 4), RELU(), *head(64)]),
    "relu-vector": ((3, 4, 4), lambda: [nn.Flatten(), nn.Linear(48, 10), RELU(), nn.Linear(10, CLASSES)]),
    "max-pool-2": ((3, 4, 4), lambda: [conv(3, 4), nn.MaxPool2d(2), *head(16)]),
    "max-pool-3-stride-2": ((3, 5, 5), lambda: [conv(3, 4), nn.MaxPool2d(3, 2, 1), *head(36)]),
    "max-pool-blocked": ((3, 4, 4), lambda: [conv(3, 16), nn.MaxPool2d(2), *head(64)]),
    "average-pool-2": ((3, 6, 6), lambda: [conv(3, 16), nn.AvgPool2d(2), *head(144)]),
    "average-pool-3-stride-2": ((3, 7, 7), lambda: [conv(3, 8), nn.AvgPool2d(3, 2, 1), *head(128)]),
    "global-average-pool": (
        (3, 6, 6), lambda: [conv(3, 16), conv(16, 20), GlobalAveragePool(), nn.Linear(20, CLASSES)]),
    "dense": ((3, 4, 4), lambda: [nn.Flatten(), nn.Linear(48, 20), nn.Linear(20, CLASSES)]),
    "dense-no-bias": (
        (3, 4, 4),
        lambda: [nn.Flatten(), nn.Linear(48, 17, bias=False), nn.Linear(17, CLASSES, bias=False)]),
    "residual": ((3, 5, 5), lambda: [conv(3, 8), Residual([conv(8, 8), BN(8)]), *head(200)]),
    "residual-relu": (
        (3, 4, 4), lambda: [conv(3, 4), Residual([conv(4, 4), BN(4)], relu=True), *head(64)]),
    "residual-projection": (
        (3, 6, 6),
        lambda: [
            conv(3, 8), Residual([conv(8, 16, s=2, p=1), BN(16)], [conv(8, 16, k=1, s=2), BN(16)]),
            *head(144)]),
    "residual-projection-relu": (
        (3, 4, 4),
        lambda: [
            conv(3, 4),
            Residual([conv(4, 8, s=2, p=1), BN(8)], [conv(4, 8, k=1, s=2), BN(8)], relu=True), *head(32)]),
    "residual-pooled": (
        (3, 6, 6),
        lambda: [conv(3, 8), Residual([conv(8, 8, s=2, p=1)], [nn.AvgPool2d(2)]), *head(72)]),
    "residual-at-input": ((3, 5, 5), lambda: [Residual([conv(3, 3)]), conv(3, 8), *head(200)]),
    "residual-twice": (
        (3, 5, 5),
        lambda: [
            conv(3, 8), Residual([conv(8, 8), BN(8)]), Residual([Residual([conv(8, 8)]), BN(8)]), *head(200)]),
    "dropout-0": ((3, 4, 4), lambda: [conv(3, 8), nn.Dropout(0), *head(128)]),
    "names": (
        (3, 5, 5),
        lambda: [
            conv(3, 8), Named(conv1=conv(8, 8), bn1=BN(8)), GlobalAveragePool(), nn.Linear(8, CLASSES)]),
    "norm-convolution": (
        (3, 4, 4), lambda: [conv(3, 4), BN(4), nn.ReLU(), conv(4, 8), BN(8), conv(8, 4), *head(64)]),
    "residual-chain": (
        (3, 4, 4),
        lambda: [
            conv(3, 4), Residual([conv(4, 4), BN(4)], relu=True),
            Residual([conv(4, 8, s=2, p=1), BN(8)], [conv(4, 8, k=1, s=2), BN(8)], relu=True),
            Residual([conv(8, 8), BN(8)], relu=True), conv(8, 4), *head(16)]),
    **{name: ((3, 4, 4), lambda make=make: [conv(3, 5), make(), conv(5, 4), *head(64)])
       for name, make in ACTIVATIONS.items()},
    "prelu-vector": (
        (3, 4, 4), lambda: [nn.Flatten(), nn.Linear(48, 10), nn.PReLU(10), nn.Linear(10, CLASSES)]),
    "sigmoid-vector": (
        (3, 4, 4), lambda: [nn.Flatten(), nn.Linear(48, 10), nn.Sigmoid(), nn.Linear(10, CLASSES)]),
}


def prepare(make, shape, seed):
    """A network in double with fp32 values, a mini-batch and its labels."""
    torch.manual_seed(seed)
    net = nn.Sequential(*make())
    for module in net.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.5)
            nn.init.normal_(module.running_mean, 0, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
        elif isinstance(module, (nn.GroupNorm, nn.LayerNorm)) and module.weight is not None:
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.5)
        elif isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
    return net.double(), torch.randn(BATCH, *shape).double(), torch.randint(CLASSES, (BATCH,))


MAXIMA = (nn.MaxPool2d, nn.AdaptiveMaxPool2d, nn.FractionalMaxPool2d)


def pooling_windows(module, size, axis):
    """Where a max-pooling's windows begin and end along an axis of an image."""
    if isinstance(module, nn.AdaptiveMaxPool2d):
        count = module.output_size[axis]
        return [(i * size // count, -(-(i + 1) * size // count)) for i in range(count)]
    if isinstance(module, nn.FractionalMaxPool2d):  # where the step is a whole number
        count, kernel = module.output_size[axis], module.kernel_size[axis]
        starts = [i * (size - kernel) // (count - 1) for i in range(count)]
        return [(start, start + kernel) for start in starts]
    kernel, stride, before = module.kernel_size, module.stride, module.padding
    free = size + 2 * before - kernel
    count = free // stride + 1
    if module.ceil_mode and free % stride and count * stride < size + before:
        count += 1
    starts = [i * stride - before for i in range(count)]
    return [(max(start, 0), min(start + kernel, size)) for start in starts]


def kink_margin(net, x):
    """How far the nearest activation is from a kink and the nearest maximum from a tie."""
    margins = [1.0]

    def activation(module, inputs):
        margins.append(min((inputs[0] - kink).abs().min().item() for kink in KINKS[type(module)]))

    def pool(module, inputs):
        y = inputs[0]
        for top, bottom in pooling_windows(module, y.shape[2], 0):
            for left, right in pooling_windows(module, y.shape[3], 1):
                window = y[:, :, top:bottom, left:right].flatten(2)
                if window.shape[2] > 1:
                    first, second = window.topk(2, dim=2).values.unbind(2)
                    margins.append((first - second).min().item())

    handles = [
        module.register_forward_pre_hook(pool if isinstance(module, MAXIMA) else activation)
        for module in net.modules() if isinstance(module, (*MAXIMA, *KINKS))]
    net.train()
    with torch.no_grad():
        net(x)
    for handle in handles:
        handle.remove()
    return margins


def layers(networks=NETWORKS, file="layers.safetensors", tries=1000):
    """One file with every network's images, labels, state, scores, loss, gradients and statistics."""
    tensors = {}
    for place, (name, (shape, make)) in enumerate(networks.items()):
        # Finite differences need a loss without kinks nearby: the seed whose nearest kink is farthest.
        has_kinks = len(kink_margin(*prepare(make, shape, 0)[:2])) > 1
        seeds = range(1000 * place, 1000 * place + (tries if has_kinks else 1))
        seed = max(seeds, key=lambda seed: min(kink_margin(*prepare(make, shape, seed)[:2])))
        net, x, labels = prepare(make, shape, seed)
        if has_kinks:
            print(f"{name}: nearest kink at {min(kink_margin(net, x)):.4f}")
            net, x, labels = prepare(make, shape, seed)

        def put(key, value):
            tensors[f"{name}/{key}"] = value.detach().numpy().astype(np.float32)

        def statistics(prefix):
            for key, value in net.state_dict().items():
                if "running" in key:
                    put(prefix + key, value)

        put("images", x)
        put("labels", labels)
        for key, value in net.state_dict().items():
            if not key.endswith("num_batches_tracked"):
                put("state/" + key, value)
        net.train()
        scores = net(x)
        loss = F.cross_entropy(scores, labels)
        loss.backward()
        put("scores", scores)
        put("loss", loss.reshape(1))
        for key, value in net.named_parameters():
            put("gradient/" + key, value.grad)
        statistics("after/")
        net.eval()
        put("inference", net(x))
    save_file(
        {key: np.ascontiguousarray(value) for key, value in tensors.items()},
        os.path.join(HERE, file), {"generator": "torch " + torch.__version__})


# Numbers from a formula, as in Formula.swift: too many to commit.


def mix(word):
    with np.errstate(over="ignore"):
        z = word + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def stable_hash(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return mix(np.array([value], np.uint64))


def words(name, count):
    with np.errstate(over="ignore"):
        return mix(stable_hash(name) + np.arange(count, dtype=np.uint64))


def uniform(name, count):
    """-1..<1 in steps of 2^-23, exact in fp32."""
    return (words(name, count) >> np.uint64(40)).astype(np.float32) / np.float32(2**23) - np.float32(1)


def weights(name, shape):
    """He's initialisation. The last batch norm of a residual block starts at zero, as torchvision's
    zero_init_residual: otherwise ten steps of resnet18 amplify rounding a millionfold."""
    if len(shape) > 1:
        bound = np.float32(np.sqrt(6 / np.prod(shape[1:])))
        values = uniform(name, int(np.prod(shape))) * bound
    elif name.endswith(("running_var", "weight")) and not name.endswith("bn2.weight"):
        values = np.ones(shape, np.float32)
    else:
        values = np.zeros(shape, np.float32)
    return torch.from_numpy(values.reshape(shape))


def batch(step, count, shape, classes):
    labels = (words(f"labels {step}", count) % np.uint64(classes)).astype(np.int64)
    size = int(np.prod(shape))
    noise = uniform(f"noise {step}", count * size).reshape(count, size)
    patterns = np.stack(
        [uniform(f"pattern {label}", size) + uniform(f"brightness {label}", 1) for label in range(classes)])
    images = (patterns[labels] + noise).reshape(count, *shape)
    return torch.from_numpy(images), torch.from_numpy(labels)


def vgg6(channels, classes):
    layers = []
    for stage, filters in enumerate([32, 64, 128]):
        for _ in range(2):
            layers += [conv(channels, filters), BN(filters), RELU()]
            channels = filters
        layers += [nn.MaxPool2d(2)] if stage < 2 else []
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0), nn.Linear(128, classes))


def resnet18(channels, classes):
    net = torchvision.models.resnet18(num_classes=classes)
    net.conv1, net.maxpool = conv(channels, 64), nn.Identity()
    return net


def trajectory(net, case, dtype):
    net.load_state_dict(
        {key: weights(key, tuple(value.shape)) if value.dtype.is_floating_point else value
         for key, value in net.state_dict().items()})
    net.to(dtype).train()
    groups = [
        {"params": [p for p in net.parameters() if p.dim() > 1], "weight_decay": 5e-4},
        {"params": [p for p in net.parameters() if p.dim() == 1], "weight_decay": 0}]
    optimizer = torch.optim.SGD(groups, lr=case["learningRate"], momentum=0.9, nesterov=True)
    losses = []
    for step in range(10):
        images, labels = batch(step, case["images"], case["input"], case["classes"])
        loss = F.cross_entropy(net(images.to(dtype)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def trajectories():
    # Rounding moves activations over the kinks of ReLU and max-pooling, and ten steps amplify that: vgg6
    # with 16 images and a rate of 0.05 makes 3e-3 of weights changed by 1e-5; as here it makes 1e-4.
    cases = {
        "vgg6": {"input": [1, 28, 28], "images": 64, "classes": 10, "learningRate": 0.02},
        "resnet18": {"input": [3, 32, 32], "images": 16, "classes": 10, "learningRate": 0.02},
    }
    for (name, case), make in zip(cases.items(), [vgg6, resnet18]):
        case["losses"] = trajectory(make(case["input"][0], case["classes"]), case, torch.float64)
        net = make(case["input"][0], case["classes"])
        single = trajectory(net, case, torch.float32)
        worst = max(abs(a - b) / b for a, b in zip(single, case["losses"]))
        print(f"{name}: {case['losses']}, PyTorch's own fp32 within {worst:.1e}")
    with open(os.path.join(HERE, "trajectories.json"), "w") as file:
        json.dump(cases, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    torch.set_num_threads(2)
    layers()
    trajectories()

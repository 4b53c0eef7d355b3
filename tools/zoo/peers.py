"""The networks of Convoy's zoo in PyTorch: torchvision's where it has them, else modules written from the papers, with
the names of Convoy's tensors.
"""

import torch
import torch.nn.functional as F
import torchvision
from torch import nn


class Named(nn.Module):
    """Layers one after another, with names."""

    def __init__(self, **layers):
        super().__init__()
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x):
        for layer in self.children():
            x = layer(x)
        return x


class GlobalAveragePool(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def conv(inputs, outputs, kernel=3, stride=1, bias=False):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=bias)


def lenet5(classes):
    """LeCun, Bottou, Bengio, Haffner, 1998, for images of 28 pixels."""
    return Named(
        conv1=conv(1, 6, 5, bias=True), tanh1=nn.Tanh(), pool1=nn.AvgPool2d(2), conv2=nn.Conv2d(6, 16, 5),
        tanh2=nn.Tanh(), pool2=nn.AvgPool2d(2), flatten=nn.Flatten(), fc1=nn.Linear(400, 120), tanh3=nn.Tanh(),
        fc2=nn.Linear(120, 84), tanh4=nn.Tanh(), fc3=nn.Linear(84, classes))


def stack(classes, unit, between, top):
    """Three pairs of 3x3 convolutions with 32, 64 and 128 filters, poolings between the pairs."""
    layers, channels = [], 3
    for stage, filters in enumerate([32, 64, 128]):
        for _ in range(2):
            layers += unit(channels, filters)
            channels = filters
        layers += between() if stage < 2 else []
    return nn.Sequential(*layers, GlobalAveragePool(), *top(classes))


def vgg6(classes):
    return stack(
        classes, lambda i, o: [conv(i, o), nn.BatchNorm2d(o), nn.ReLU()], lambda: [nn.MaxPool2d(2)],
        lambda c: [nn.Flatten(), nn.Dropout(0.2), nn.Linear(128, c)])


def self_normalizing(classes):
    return stack(
        classes, lambda i, o: [conv(i, o, bias=True), nn.SELU()], lambda: [nn.MaxPool2d(2)],
        lambda c: [nn.AlphaDropout(0.1), nn.Linear(128, 128), nn.SELU(), nn.AlphaDropout(0.1), nn.Linear(128, c)])


def practical(classes):
    return stack(
        classes, lambda i, o: [conv(i, o), nn.BatchNorm2d(o), nn.ELU()],
        lambda: [nn.MaxPool2d(2), nn.Dropout(0.2)],
        lambda c: [nn.Linear(128, 128, bias=False), nn.BatchNorm1d(128), nn.ELU(), nn.Dropout(0.5), nn.Linear(128, c)])


class OptionA(nn.Module):
    """He, Zhang, Ren, Sun, CVPR 2016, section 3.3: every second pixel, and zeros for the new channels."""

    def forward(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, x.shape[1]))


class CIFARBlock(nn.Module):
    def __init__(self, inputs, filters, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, filters, 3, stride), nn.BatchNorm2d(filters)
        self.conv2, self.bn2 = conv(filters, filters), nn.BatchNorm2d(filters)
        self.downsample = OptionA() if stride > 1 else nn.Identity()

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


def cifar_resnet(depth):
    """He, Zhang, Ren, Sun, CVPR 2016, section 4.2."""

    def make(classes):
        layers, channels = {}, 16
        for stage, filters in enumerate([16, 32, 64]):
            blocks = []
            for index in range((depth - 2) // 6):
                blocks.append(CIFARBlock(channels, filters, 2 if stage > 0 and index == 0 else 1))
                channels = filters
            layers[f"layer{stage + 1}"] = nn.Sequential(*blocks)
        return Named(
            conv1=conv(3, 16), bn1=nn.BatchNorm2d(16), relu=nn.ReLU(), **layers, avgpool=GlobalAveragePool(),
            fc=nn.Linear(64, classes))

    return make


class WideBlock(nn.Module):
    def __init__(self, inputs, filters, stride, dropout):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, filters, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(filters), conv(filters, filters)
        self.dropout = nn.Dropout(dropout)
        self.downsample = nn.Sequential(conv(inputs, filters, 1, stride)) if inputs != filters else None

    def forward(self, x):
        y = F.relu(self.bn1(x))
        shortcut = x if self.downsample is None else self.downsample(y)
        return self.conv2(self.dropout(F.relu(self.bn2(self.conv1(y))))) + shortcut


def wide_resnet(depth, width, dropout=0):
    """Zagoruyko, Komodakis, BMVC 2016."""

    def make(classes):
        layers, channels = {}, 16
        for stage, filters in enumerate([16 * width, 32 * width, 64 * width]):
            blocks = []
            for index in range((depth - 4) // 6):
                blocks.append(WideBlock(channels, filters, 2 if stage > 0 and index == 0 else 1, dropout))
                channels = filters
            layers[f"layer{stage + 1}"] = nn.Sequential(*blocks)
        return Named(
            conv1=conv(3, 16), **layers, bn1=nn.BatchNorm2d(channels), relu=nn.ReLU(),
            avgpool=GlobalAveragePool(), fc=nn.Linear(channels, classes))

    return make


def from_torchvision(name):
    return lambda classes: getattr(torchvision.models, name)(num_classes=classes)


# Convoy's name: how to make it for a number of classes, and the images that it is made for.
SMALL, PHOTO = (3, 32, 32), (3, 224, 224)
PEERS = {
    "lenet5": (lenet5, (1, 28, 28)),
    "vgg6": (vgg6, SMALL),
    "self-normalizing": (self_normalizing, SMALL),
    "practical": (practical, SMALL),
    **{f"resnet{depth}": (cifar_resnet(depth), SMALL) for depth in [20, 32, 44, 56, 110]},
    **{
        f"wide-resnet{depth}-{width}{suffix}": (wide_resnet(depth, width, dropout), SMALL)
        for depth, width in [(16, 4), (16, 8), (28, 10)] for suffix, dropout in [("", 0), ("-dropout", 0.3)]
    },
    "alexnet": (from_torchvision("alexnet"), PHOTO),
    **{
        f"vgg{depth}{suffix}": (from_torchvision(f"vgg{depth}{suffix.replace('-', '_')}"), PHOTO)
        for depth in [11, 13, 16, 19] for suffix in ["", "-bn"]
    },
    **{f"resnet{depth}": (from_torchvision(f"resnet{depth}"), PHOTO) for depth in [18, 34, 50, 101, 152]},
    "resnext50-32x4d": (from_torchvision("resnext50_32x4d"), PHOTO),
    "densenet121": (from_torchvision("densenet121"), PHOTO),
    "squeezenet1-1": (from_torchvision("squeezenet1_1"), PHOTO),
    "mobilenet-v2": (from_torchvision("mobilenet_v2"), PHOTO),
    "mobilenet-v3-small": (from_torchvision("mobilenet_v3_small"), PHOTO),
    "mobilenet-v3-large": (from_torchvision("mobilenet_v3_large"), PHOTO),
    "efficientnet-b0": (from_torchvision("efficientnet_b0"), PHOTO),
    "convnext-tiny": (from_torchvision("convnext_tiny"), PHOTO),
}


def state(net):
    """The tensors of a network that files hold: all but a counter that only PyTorch needs."""
    return {key: value for key, value in net.state_dict().items() if not key.endswith("num_batches_tracked")}

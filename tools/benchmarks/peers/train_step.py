#!/usr/bin/env python3
"""PyTorch's training step on synthetic images: forward, loss, backward, SGD with momentum. For tools/compare.

    train_step.py vgg6 --input 3x32x32 --batch 128 --mode bf16-cl --threads 2 --seconds 8

Modes are f32 or bf16 (autocast), then any of -cl (channels_last), -compiled (torch.compile) and -ddp (one process
with one thread for each of --threads, DistributedDataParallel over gloo). Prints one line of JSON: images a second
by the median and by the best step, and peak memory in bytes. Written for PyTorch 2.15 and torchvision 0.29.
"""
import argparse
import json
import os
import subprocess
import sys
import time

import torch
import torch.distributed as dist
import torchvision
from torch import nn

WARM_UP = 3


def unit(inputs, outputs, kernel=3, stride=1, groups=1):
    return [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.body(x)


def depthwise(channels, classes):
    """MobileNetV2 for images of 32 pixels, with plain ReLUs: the twin of BenchmarkNetwork.swift."""
    layers, inputs = unit(channels, 32), 32
    for expansion, outputs, repeats, first_stride in [
            (1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2)]:
        for index in range(repeats):
            stride, wide = first_stride if index == 0 else 1, inputs * expansion
            body = (unit(inputs, wide, 1) if expansion > 1 else []) + unit(wide, wide, 3, stride, wide)
            body += [nn.Conv2d(wide, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
            is_residual = stride == 1 and inputs == outputs
            layers.append(Residual(*body) if is_residual else nn.Sequential(*body))
            inputs = outputs
    return nn.Sequential(*layers, *unit(inputs, 1280, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, classes))


def make(name, channels, size, classes):
    if name == "vgg6":
        return nn.Sequential(*unit(channels, 32), *unit(32, 32), nn.MaxPool2d(2), *unit(32, 64), *unit(64, 64),
                             nn.MaxPool2d(2), *unit(64, 128), *unit(128, 128), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                             nn.Dropout(0.2), nn.Linear(128, classes))
    if name == "depthwise":
        return depthwise(channels, classes)
    model = getattr(torchvision.models, name)(num_classes=classes)
    if size <= 64:  # the small stem
        model.conv1, model.maxpool = nn.Conv2d(channels, 64, 3, 1, 1, bias=False), nn.Identity()
    return model


def own_memory():
    """Bytes that this process has had at most, and those of them that are files shared with others."""
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return tuple(int(fields[name].split()[0]) * 1024 for name in ("VmHWM", "RssFile"))


def measure(options, rank, ranks):
    torch.manual_seed(rank)
    torch.set_num_threads(options.threads // ranks)
    channels, height, width = (int(part) for part in options.input.split("x"))
    batch = options.batch // ranks
    layout = torch.channels_last if "cl" in options.parts else torch.contiguous_format
    x = torch.randn(batch, channels, height, width).to(memory_format=layout)
    y = torch.randint(0, options.classes, (batch,))
    model = make(options.model, channels, max(height, width), options.classes).train().to(memory_format=layout)
    run = nn.parallel.DistributedDataParallel(model) if ranks > 1 else model
    if "compiled" in options.parts:
        run = torch.compile(run)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, foreach=True)
    loss = nn.CrossEntropyLoss()
    times, start, more = [], None, True
    while more:
        if len(times) == WARM_UP and start is None:
            start = time.perf_counter()
        begin = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled="bf16" in options.parts):
            value = loss(run(x), y)
        value.backward()
        optimizer.step()
        value.item()
        times.append(time.perf_counter() - begin)
        more = start is None or len(times) < 2 * WARM_UP or time.perf_counter() - start < options.seconds
        if ranks > 1:  # all ranks stop after the same step
            flag = torch.tensor(int(more))
            dist.broadcast(flag, 0)
            more = bool(flag.item())
    return sorted(times[WARM_UP:]), sum(parameter.numel() for parameter in model.parameters())


def rank_command(options, rank):
    return [sys.executable, os.path.abspath(__file__), *sys.argv[1:], "--rank", str(rank)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="vgg6, depthwise or a model of torchvision")
    parser.add_argument("--input", default="3x32x32")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--mode", default="bf16-cl")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--port", type=int, default=29517)
    parser.add_argument("--rank", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.parts = options.mode.split("-")
    if not set(options.parts) <= {"f32", "bf16", "cl", "compiled", "ddp"}:
        parser.error(f"there is no mode {options.mode}")
    ranks = options.threads if "ddp" in options.parts else 1
    others = []
    if ranks > 1:
        if options.batch % ranks:
            parser.error(f"{ranks} processes cannot share a batch of {options.batch}")
        if options.rank == 0:
            others = [subprocess.Popen(rank_command(options, rank)) for rank in range(1, ranks)]
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(options.port))
        dist.init_process_group("gloo", rank=options.rank, world_size=ranks)
    times, parameters = measure(options, options.rank, ranks)
    memory = [own_memory()]
    if ranks > 1:
        memory = [None] * ranks
        dist.all_gather_object(memory, own_memory())
        dist.destroy_process_group()
    if options.rank == 0:
        # What the ranks share (the libraries) counts once.
        peak = sum(most - shared for most, shared in memory) + max(shared for _, shared in memory)
        print(json.dumps({"imagesPerSecond": options.batch / times[len(times) // 2],
                          "bestImagesPerSecond": options.batch / times[0], "steps": len(times), "peakMemory": peak,
                          "parameterCount": parameters, "version": torch.__version__}))
    if any(other.wait() != 0 for other in others):
        sys.exit("a rank failed")


main()

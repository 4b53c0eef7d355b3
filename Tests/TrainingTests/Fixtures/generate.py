"""Writes schedules.csv with PyTorch 2.15; run as `python generate.py` in this folder.

One line a schedule and step: name, total steps, steps of an epoch, warm-up steps, step, learning rate (peak 0.1), momentum.
"""
import warnings

import torch
from torch.optim import lr_scheduler as S

warnings.filterwarnings("ignore")
PEAK, LINES = 0.1, []


def record(name, total, per_epoch, warmup, make, by_epoch=False):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=PEAK, momentum=0.9)
    scheduler = make(optimizer)
    for step in range(total):
        group = optimizer.param_groups[0]
        LINES.append(f"{name},{total},{per_epoch},{warmup},{step},{group['lr']:.17g},{group['momentum']:.17g}")
        if step + 1 < total and (not by_epoch or (step + 1) % per_epoch == 0):
            scheduler.step()


def warmed(optimizer, steps, main):
    warm = S.LinearLR(optimizer, start_factor=0.01, end_factor=1.0, total_iters=steps)
    return S.SequentialLR(optimizer, [warm, main], milestones=[steps])


for total, per_epoch in [(20, 5), (37, 12), (2, 1)]:
    record("one-cycle", total, per_epoch, 0, lambda o: S.OneCycleLR(o, PEAK, total_steps=total))
    record("cosine", total, per_epoch, 0, lambda o: S.CosineAnnealingLR(o, T_max=total))
record("one-cycle", 20, 5, 8, lambda o: S.OneCycleLR(o, PEAK, total_steps=20, pct_start=8 / 20))
record("cosine", 20, 5, 4, lambda o: warmed(o, 4, S.CosineAnnealingLR(o, T_max=16)))
record("constant", 20, 5, 4, lambda o: warmed(o, 4, S.ConstantLR(o, factor=1.0)))
record("step", 30, 5, 0, lambda o: S.StepLR(o, step_size=2, gamma=0.1), by_epoch=True)
with open("schedules.csv", "w") as file:
    file.write("\n".join(LINES) + "\n")

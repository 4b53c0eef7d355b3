"""Writes schedules.jsonl and plateau.jsonl with PyTorch 2.15; run as `python generate.py` in this folder.

schedules.jsonl: one line a schedule: how a configuration states it, what follows it (step or epoch), total steps, steps
of an epoch, warm-up steps, and the learning rate (peak 0.1) and momentum of every step.
plateau.jsonl: one line a case: the schedule, whether higher is better, and of every epoch the metric and the learning
rate after it (peak 0.1).
"""
import json
import math
import random
import warnings

import torch
from torch.optim import lr_scheduler as S

warnings.filterwarnings("ignore")
PEAK, LINES = 0.1, []


def record(name, total, per_epoch, warmup, make, per="step", **parameters):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=PEAK, momentum=0.9)
    scheduler = make(optimizer)
    rates, momenta = [], []
    for step in range(total):
        group = optimizer.param_groups[0]
        rates.append(float(f"{group['lr']:.9g}"))
        momenta.append(float(f"{group['momentum']:.9g}"))
        if step + 1 < total and (per == "step" or (step + 1) % per_epoch == 0):
            scheduler.step()
    LINES.append(json.dumps({
        "schedule": {"name": name, **parameters}, "per": per, "total": total, "stepsPerEpoch": per_epoch,
        "warmup": warmup, "rates": rates, "momenta": momenta if len(set(momenta)) > 1 else []}))


def warmed(make, steps):
    """The schedule after a warm-up, as torchvision's reference training puts them together."""
    def both(optimizer):
        warm = S.LinearLR(optimizer, start_factor=0.01, end_factor=1.0, total_iters=steps)
        return S.SequentialLR(optimizer, [warm, make(optimizer)], milestones=[steps])
    return both if steps else make


for total, per_epoch in [(20, 5), (37, 12), (2, 1)]:
    record("one-cycle", total, per_epoch, 0, lambda o: S.OneCycleLR(o, PEAK, total_steps=total),
           **{"base-momentum": 0.85, "max-momentum": 0.95})
record("one-cycle", 20, 5, 8, lambda o: S.OneCycleLR(o, PEAK, total_steps=20, pct_start=8 / 20),
       **{"base-momentum": 0.85, "max-momentum": 0.95})
record("one-cycle", 28, 5, 0, lambda o: S.OneCycleLR(
    o, PEAK, total_steps=28, pct_start=0.4, div_factor=10, final_div_factor=100, cycle_momentum=False),
    **{"pct-start": 0.4, "div": 10, "final-div": 100})
record("one-cycle", 40, 4, 0, lambda o: S.OneCycleLR(o, PEAK, total_steps=10), per="epoch",
       **{"base-momentum": 0.85, "max-momentum": 0.95})

# Per step: parameters that are times are given to PyTorch in steps, 5 or 6 of them to an epoch.
for warmup in [0, 7]:
    rest = 40 - warmup
    both = [
        ("constant", lambda o: S.ConstantLR(o, factor=1.0), {}),
        ("step", lambda o: S.StepLR(o, step_size=10, gamma=0.3), {"every": 2, "gamma": 0.3}),
        ("multi-step", lambda o: S.MultiStepLR(o, milestones=[5, 15, 22], gamma=0.5),
         {"milestones": [1, 3, 4.4], "gamma": 0.5}),
        ("exponential", lambda o: S.ExponentialLR(o, gamma=0.8 ** (1 / 5)), {"gamma": 0.8}),
        ("polynomial", lambda o: S.PolynomialLR(o, total_iters=rest, power=2.5), {"power": 2.5}),
        ("polynomial", lambda o: S.PolynomialLR(o, total_iters=rest), {}),
        ("linear", lambda o: S.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=rest), {}),
        ("linear", lambda o: S.LinearLR(o, start_factor=0.9, end_factor=0.2, total_iters=rest),
         {"start-factor": 0.9, "end-factor": 0.2}),
        ("cosine", lambda o: S.CosineAnnealingLR(o, T_max=rest), {}),
        ("cosine", lambda o: S.CosineAnnealingLR(o, T_max=rest, eta_min=0.05 * PEAK), {"end": 0.05}),
        ("cosine-warm-restarts", lambda o: S.CosineAnnealingWarmRestarts(o, T_0=10), {"t0": 2}),
        ("cosine-warm-restarts", lambda o: S.CosineAnnealingWarmRestarts(o, T_0=5, T_mult=2, eta_min=0.01 * PEAK),
         {"t0": 1, "t-mult": 2, "end": 0.01}),
        ("cosine-warm-restarts", lambda o: S.CosineAnnealingWarmRestarts(o, T_0=3, T_mult=3),
         {"t0": 0.6, "t-mult": 3}),
        # PyTorch has none: the paper's and transformers' formula.
        ("inverse-sqrt", lambda o: S.LambdaLR(o, lambda t: math.sqrt(15 / (15 + t))), {"timescale": 3}),
    ]
    for name, make, parameters in both:
        record(name, 40, 5, warmup, warmed(make, warmup), **parameters)
record("inverse-sqrt", 40, 5, 8, lambda o: S.LambdaLR(  # equation 3, scaled so that the peak is 1
    o, lambda t: 0.01 + 0.99 * t / 8 if t < 8 else 8 ** 0.5 * t ** -0.5))

# Per epoch: PyTorch's schedulers stepped once an epoch, 20 epochs of 3 steps, 2 of them warm-up.
for warmup in [0, 2]:
    rest = 20 - warmup
    both = [
        ("step", lambda o: S.StepLR(o, step_size=3), {"every": 3}),
        ("multi-step", lambda o: S.MultiStepLR(o, milestones=[4, 9]), {"milestones": [4, 9]}),
        ("exponential", lambda o: S.ExponentialLR(o, gamma=0.9), {"gamma": 0.9}),
        ("polynomial", lambda o: S.PolynomialLR(o, total_iters=rest, power=0.9), {"power": 0.9}),
        ("linear", lambda o: S.LinearLR(o, start_factor=1.0, end_factor=0.1, total_iters=rest),
         {"end-factor": 0.1}),
        ("cosine", lambda o: S.CosineAnnealingLR(o, T_max=rest), {}),
        ("cosine-warm-restarts", lambda o: S.CosineAnnealingWarmRestarts(o, T_0=3, T_mult=2), {"t0": 3, "t-mult": 2}),
    ]
    for name, make, parameters in both:
        record(name, 60, 3, 3 * warmup, warmed(make, warmup), per="epoch", **parameters)

with open("schedules.jsonl", "w") as file:
    file.write("\n".join(LINES) + "\n")

ROWS = []
CASES = [
    ({}, False), ({"patience": 2, "factor": 0.5}, False), ({"patience": 0, "factor": 0.7, "min-lr": 0.02}, False),
    ({"patience": 1, "cooldown": 2, "factor": 0.2}, False), ({"patience": 1, "threshold": 0.05}, False),
    ({"patience": 1, "threshold": 0.02, "threshold-mode": "abs", "factor": 0.3}, False),
    ({"patience": 2, "factor": 0.5}, True), ({"patience": 1, "threshold": 0.01, "threshold-mode": "abs"}, True),
    ({"patience": 0, "factor": 0.1, "eps": 0.0005}, False),
]
random.seed(1)
for parameters, rising in CASES:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=PEAK)
    scheduler = S.ReduceLROnPlateau(
        optimizer, mode="max" if rising else "min",
        **{{"min-lr": "min_lr", "threshold-mode": "threshold_mode"}.get(k, k): v for k, v in parameters.items()})
    metrics, rates = [], []
    for epoch in range(40):
        value = 2 * math.exp(-epoch / 6) + 0.4 + 0.05 * random.random()
        if rising:
            value = 1 - value / 3
        scheduler.step(value)
        metrics.append(value)
        rates.append(optimizer.param_groups[0]["lr"])
    ROWS.append(json.dumps({
        "schedule": {"name": "reduce-on-plateau", **parameters}, "rising": rising, "metrics": metrics,
        "rates": rates}))
with open("plateau.jsonl", "w") as file:
    file.write("\n".join(ROWS) + "\n")

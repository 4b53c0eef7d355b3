"""Writes optimizers.json with PyTorch 2.15 and NumPy 2, both in double; run as `python generate_optimizers.py` here.

Twenty steps of every optimizer from the same weights with the same gradients and a falling learning rate: weights and
state after ten steps and after twenty. Where PyTorch has no such optimizer, the paper's formula stands here: Lion (program 1 of
Chen et al. 2023), LARS (algorithm 1 of You et al. 2017), LAMB (algorithm 2 of You et al. 2019), and the proximal step of L1 after
SGD (soft-thresholding).
"""
import json

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
COUNT, STEPS = 16, 20
generator = np.random.default_rng(6)
START = generator.normal(size=COUNT).astype(np.float32)
GRADIENTS = (generator.normal(size=(STEPS, COUNT)) * generator.choice([0.1, 1, 3], COUNT)).astype(np.float32)
GRADIENTS[:, 3] = 0
START[3] = 0
CASES = []


def rate(peak, step):
    return float(np.float32(peak * (1 - step / (2 * STEPS))))


def add(options, peak, run):
    """`run` yields weights and state after each step."""
    case = {"options": options, "peak": peak}
    for step, (weights, moments) in enumerate(run(peak)):
        if step + 1 in (10, 20):
            case[f"weights{step + 1}"] = [float(x) for x in weights]
            case[f"moments{step + 1}"] = [[float(x) for x in m] for m in moments]
    CASES.append(case)


def torch_run(make, state):
    def run(peak):
        w = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
        optimizer = make([w])
        for step in range(STEPS):
            optimizer.param_groups[0]["lr"] = rate(peak, step)
            w.grad = torch.tensor(GRADIENTS[step], dtype=torch.float64)
            optimizer.step()
            s = optimizer.state[w]
            yield w.detach().numpy().copy(), [s[key].numpy().copy() for key in state]

    return run


def paper_run(update, count):
    def run(peak):
        w = START.astype(np.float64)
        moments = [np.zeros(COUNT) for _ in range(count)]
        for step in range(STEPS):
            update(w, moments, GRADIENTS[step].astype(np.float64), rate(peak, step), step + 1)
            yield w.copy(), [m.copy() for m in moments]

    return run


def lion(b1, b2, decay):
    def update(w, m, g, lr, t):
        direction = np.sign(b1 * m[0] + (1 - b1) * g)
        w -= lr * (direction + decay * w)
        m[0][:] = b2 * m[0] + (1 - b2) * g

    return update


def lars(momentum, decay, trust):
    def update(w, m, g, lr, t):
        local = trust * np.linalg.norm(w) / (np.linalg.norm(g) + decay * np.linalg.norm(w))
        m[0][:] = momentum * m[0] + lr * local * (g + decay * w)
        w -= m[0]

    return update


def lamb(b1, b2, eps, decay):
    def update(w, m, g, lr, t):
        m[0][:] = b1 * m[0] + (1 - b1) * g
        m[1][:] = b2 * m[1] + (1 - b2) * g * g
        r = m[0] / (1 - b1**t) / (np.sqrt(m[1] / (1 - b2**t)) + eps) + decay * w
        w -= lr * np.linalg.norm(w) / np.linalg.norm(r) * r

    return update


def proximal_sgd(momentum, l1):
    def update(w, m, g, lr, t):
        m[0][:] = momentum * m[0] + g
        w -= lr * m[0]
        w[:] = np.sign(w) * np.maximum(np.abs(w) - lr * l1, 0)

    return update


def penalised_sgd(momentum, l1, l2):
    def update(w, m, g, lr, t):
        m[0][:] = momentum * m[0] + g + l1 * np.sign(w) + l2 * w
        w -= lr * m[0]

    return update


O = torch.optim
P = lambda f: (lambda p: f(p))
for momentum in (0.0, 0.9):
    state = ["momentum_buffer"] if momentum else []
    add({"optimizer": "sgd", "momentum": momentum, "nesterov": False, "weight-decay": 0.01}, 0.1,
        torch_run(lambda p: O.SGD(p, momentum=momentum, weight_decay=0.01), state))
add({"optimizer": "sgd", "momentum": 0.9, "weight-decay": 0.01}, 0.1,
    torch_run(lambda p: O.SGD(p, momentum=0.9, nesterov=True, weight_decay=0.01), ["momentum_buffer"]))
add({"optimizer": "adagrad", "weight-decay": 0.01}, 0.1,
    torch_run(lambda p: O.Adagrad(p, weight_decay=0.01), ["sum"]))
for centered in (False, True):
    for momentum in (0.0, 0.8):
        state = ["square_avg"] + ["grad_avg"] * centered + ["momentum_buffer"] * (momentum > 0)
        add({"optimizer": "rmsprop", "alpha": 0.9, "centered": centered, "momentum": momentum, "weight-decay": 0.01},
            0.01, torch_run(lambda p: O.RMSprop(p, alpha=0.9, centered=centered, momentum=momentum,
                                                weight_decay=0.01), state))
for name, make in (("adam", O.Adam), ("adamw", O.AdamW)):
    for amsgrad in (False, True):
        state = ["exp_avg", "exp_avg_sq"] + ["max_exp_avg_sq"] * amsgrad
        add({"optimizer": name, "amsgrad": amsgrad, "weight-decay": 0.05, "beta2": 0.98}, 0.05,
            torch_run(lambda p: make(p, betas=(0.9, 0.98), amsgrad=amsgrad, weight_decay=0.05), state))
add({"optimizer": "adam", "weight-decay": 0.05, "decoupled-weight-decay": True}, 0.05,
    torch_run(lambda p: O.AdamW(p, weight_decay=0.05), ["exp_avg", "exp_avg_sq"]))
for decoupled in (False, True):
    options = {"optimizer": "nadam", "weight-decay": 0.05} | ({"decoupled-weight-decay": True} if decoupled else {})
    add(options, 0.02, torch_run(lambda p: O.NAdam(p, weight_decay=0.05, decoupled_weight_decay=decoupled),
                                 ["exp_avg", "exp_avg_sq"]))
add({"optimizer": "lion", "weight-decay": 0.1}, 0.01, paper_run(lion(0.9, 0.99, 0.1), 1))
add({"optimizer": "lars", "weight-decay": 0.01}, 2, paper_run(lars(0.9, 0.01, 0.001), 1))
add({"optimizer": "lamb", "weight-decay": 0.01}, 0.05, paper_run(lamb(0.9, 0.999, 1e-6, 0.01), 2))
add({"optimizer": "sgd", "nesterov": False, "weight-decay": 0, "l1": 0.2, "l1-proximal": True}, 0.1,
    paper_run(proximal_sgd(0.9, 0.2), 1))
add({"optimizer": "sgd", "nesterov": False, "l1": 0.05, "l2": 0.1}, 0.1, paper_run(penalised_sgd(0.9, 0.05, 0.1), 1))

rounded = lambda values: [float(f"{x:.9g}") for x in values]
for case in CASES:
    for key in case:
        if key.startswith("weights"): case[key] = rounded(case[key])
        if key.startswith("moments"): case[key] = [rounded(m) for m in case[key]]
with open("optimizers.json", "w") as file:
    lines = ",\n".join("    " + json.dumps(case) for case in CASES)
    file.write('{\n  "start": %s,\n  "gradients": %s,\n  "cases": [\n%s\n  ]\n}\n' % (
        json.dumps(rounded(START)), json.dumps([rounded(g) for g in GRADIENTS]), lines))

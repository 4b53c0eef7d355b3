#!/usr/bin/env python3
"""Writes losses.json: what PyTorch makes of scores and labels, with the gradient of the mean, in float64.

Cross-entropy is PyTorch's own `CrossEntropyLoss`; focal loss is Lin et al.'s equation 4 with softmax probabilities,
written out, and PyTorch's gradient of it. Made with torch 2.15:

    /root/peers/bin/python Tests/KernelsTests/Fixtures/generate.py
"""

import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

COUNT = 6


def number(x):
    return float(f"{x:.9g}")


def numbers(tensor):
    return [number(x) for x in tensor.flatten().tolist()]


def targets(case, classes):
    """Probabilities: the images' labels, each mixed with another one."""
    own = F.one_hot(case["labels"], classes).double()
    other = F.one_hot(case["partners"], classes).double()
    return own * case["shares"][:, None] + other * (1 - case["shares"][:, None])


def cross_entropy(case, scores, weights, smoothing):
    loss = nn.CrossEntropyLoss(weight=weights, label_smoothing=smoothing)
    return loss(scores, case["labels"] if case["partners"] is None else targets(case, scores.shape[1]))


def focal(case, scores, weights, smoothing, gamma):
    classes = scores.shape[1]
    weights = torch.ones(classes, dtype=torch.float64) if weights is None else weights
    if case["partners"] is None:
        target, divisor = F.one_hot(case["labels"], classes).double(), weights[case["labels"]].sum()
    else:
        target, divisor = targets(case, classes), len(scores)
    target = target * (1 - smoothing) + smoothing / classes
    log_p = scores.log_softmax(dim=1)
    return -(weights * target * (1 - log_p.exp()) ** gamma * log_p).sum() / divisor


def main():
    generator = torch.Generator().manual_seed(6)
    cases = []
    for classes, spread in [(3, 1.0), (10, 4.0), (2, 12.0)]:
        scores = torch.randn(COUNT, classes, generator=generator, dtype=torch.float32) * spread
        weights = (torch.rand(classes, generator=generator) * 3 + 0.1).float()
        labels = torch.randint(0, classes, (COUNT,), generator=generator)
        shares = torch.rand(COUNT, generator=generator).float().double()
        shares[0], shares[1] = 1, 0
        for gamma in [0, 0.5, 2]:
            for mixed in [False, True]:
                for weighted in [False, True]:
                    for smoothing in [0, 0.1]:
                        case = {
                            "labels": labels, "partners": labels.flip(0) if mixed else None, "shares": shares}
                        x = scores.double().requires_grad_()
                        w = weights.double() if weighted else None
                        loss = (
                            cross_entropy(case, x, w, smoothing) if gamma == 0
                            else focal(case, x, w, smoothing, gamma))
                        loss.backward()
                        cases.append({
                            "classes": classes, "labelSmoothing": smoothing, "focalGamma": gamma,
                            "classWeights": numbers(weights) if weighted else [], "scores": numbers(scores),
                            "labels": labels.tolist(),
                            "partners": case["partners"].tolist() if mixed else None,
                            "shares": numbers(shares) if mixed else None,
                            "loss": loss.item(), "gradient": numbers(x.grad)})
    path = pathlib.Path(__file__).with_name("losses.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()

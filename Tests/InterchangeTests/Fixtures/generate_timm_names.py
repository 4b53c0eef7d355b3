"""Writes timm-names.tsv: how timm and torchvision call the same tensors, model by model.

Both libraries register their layers in the same order, which pairs the names; that the pairs are right is checked by
giving timm's weights to torchvision's model and comparing outputs. Only weights and scales are listed: biases and
statistics follow their weights.

    pip install torch==2.15 torchvision==0.29.2 timm==1.0.31
    python generate_timm_names.py > timm-names.tsv
"""

import sys

import timm
import torch
import torchvision

MODELS = {
    "vgg11": "vgg11",
    "mobilenetv2_100": "mobilenet_v2",
    "mobilenetv3_small_100": "mobilenet_v3_small",
    "mobilenetv3_large_100": "mobilenet_v3_large",
    "efficientnet_b0": "efficientnet_b0",
    "convnext_tiny": "convnext_tiny",
}
# Both libraries call everything alike in these.
ALIKE = ["resnet18", "resnet50", "resnext50_32x4d", "densenet121"]


def state(model):
    return {name: tensor for name, tensor in model.state_dict().items() if "num_batches_tracked" not in name}


torch.manual_seed(0)
print("# timm", timm.__version__, "and torchvision", torchvision.__version__)
for ours, theirs in MODELS.items():
    a, b = timm.create_model(ours).eval(), torchvision.models.get_model(theirs).eval()
    # What is not a weight: the libraries' norms differ in what they add to the variance.
    epsilon = next((module.eps for module in b.modules() if hasattr(module, "eps")), None)
    for module in a.modules():
        if hasattr(module, "eps"):
            module.eps = epsilon
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    x, y = state(a), state(b)
    assert len(x) == len(y)
    b.load_state_dict({new: tensor.reshape(y[new].shape) for new, tensor in zip(y, x.values())}, strict=False)
    images = torch.rand(2, 3, 224, 224)
    with torch.no_grad():
        first, second = a(images), b(images)
    difference = ((first - second).abs().max() / first.abs().max()).item()
    print(ours, difference, file=sys.stderr)
    assert difference < 1e-4, ours
    for old, new in zip(x, y):
        if old.endswith((".weight", ".gamma")):
            print(ours, old, new, sep="\t")
for name in ALIKE:
    assert list(state(timm.create_model(name))) == list(state(torchvision.models.get_model(name))), name

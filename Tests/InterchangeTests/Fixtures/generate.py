"""Writes mixed.safetensors with safetensors 0.8.0 and PyTorch 2.15; run as `python generate.py` in this folder."""
import torch
from safetensors.torch import save_file

values = torch.tensor([[0.5, -1.25, 3.0], [1e-3, 65504.0, -0.0]])
save_file(
    {
        "f32": values,
        "f16": values.to(torch.float16),
        "bf16": values.to(torch.bfloat16),
        "f64": values.to(torch.float64),
        "i64": torch.tensor(1234567, dtype=torch.int64),
        "i32": torch.tensor([-7, 8], dtype=torch.int32),
        "u8": torch.tensor([0, 255], dtype=torch.uint8),
        "empty": torch.zeros(0, 4),
    },
    "mixed.safetensors",
    metadata={"note": 'quote " slash \\ line\n é'},
)

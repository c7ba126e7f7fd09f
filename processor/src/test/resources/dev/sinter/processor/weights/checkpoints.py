"""Makes the checkpoints beside it: python3 checkpoints.py, with PyTorch 1.13."""

import os
from collections import OrderedDict

import torch
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(here, name)


torch.save({"a": torch.tensor([[1.0, 2.0], [3.0, 4.0]])}, path("small.pt"))

torch.manual_seed(1)
model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
model[0].weight.data = torch.arange(18.0).reshape(2, 1, 3, 3)
torch.save(model.state_dict(), path("state_dict.pth"))
optimizer = torch.optim.Adam(model.parameters())
model(torch.zeros(1, 1, 4, 4)).sum().backward()
optimizer.step()
model[0].weight.data = torch.arange(18.0).reshape(2, 1, 3, 3)
torch.save(
    {
        "epoch": 3,
        "loss": 0.5,
        "state_dict": OrderedDict(("module." + k, v) for k, v in model.state_dict().items()),
        "optimizer": optimizer.state_dict(),
        "args": {"lr": None, "tags": ("x", [1, -2, 300, 70000, 2**40], True)},
    },
    path("training.pth"),
)

base = torch.arange(6.0).reshape(2, 3)
torch.save(
    {
        "parameter": nn.Parameter(base),
        "half": base.half(),
        "bfloat": base.bfloat16(),
        "double": base.double(),
        "long": base.long(),
        "transposed": base.t(),
        "row": base[1],
        "scalar": torch.tensor(7),
        "empty": torch.zeros(0, 3),
    },
    path("types.pt"),
)

torch.save({"a": base}, path("old.pt"), _use_new_zipfile_serialization=False)
torch.save(model, path("module.pt"))
torch.jit.save(torch.jit.script(nn.ReLU()), path("script.pt"))


class Attack:
    def __reduce__(self):
        return os.system, ("echo attacked",)


torch.save({"a": Attack()}, path("attack.pt"))

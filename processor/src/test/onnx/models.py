"""Small ONNX models as PyTorch exports them, with seeded weights, an input and PyTorch's outputs in double.

Run with Python 3, PyTorch 1.13 and NumPy: python3 models.py. The same versions give the same bytes.
Beside NAME.onnx it writes NAME.npz: 'input', then 'output0', 'output1', ….
"""

import copy
import pathlib
import zlib

import numpy
import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent


def conv(i, o, k, stride=1, groups=1, bias=False):
    return nn.Conv2d(i, o, k, stride, k // 2, groups=groups, bias=bias)


class Basic(nn.Module):
    """A residual block of ResNet."""

    def __init__(self, i, o, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(i, o, 3, stride), nn.BatchNorm2d(o)
        self.conv2, self.bn2 = conv(o, o, 3), nn.BatchNorm2d(o)
        self.down = nn.Sequential(conv(i, o, 1, stride), nn.BatchNorm2d(o)) if stride > 1 else nn.Identity()

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.down(x))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(conv(3, 8, 7, 2), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.layer1, self.layer2 = Basic(8, 8, 1), Basic(8, 16, 2)
        self.drop, self.fc = nn.Dropout(), nn.Linear(16, 5)

    def forward(self, x):
        y = self.layer2(self.layer1(self.stem(x)))
        return self.fc(self.drop(torch.flatten(F.adaptive_avg_pool2d(y, 1), 1)))


class Excited(nn.Module):
    """MobileNetV3's parts: squeeze and excitation, hard swish, depthwise."""

    def __init__(self):
        super().__init__()
        self.stem, self.bn0 = conv(3, 8, 3, 2), nn.BatchNorm2d(8)
        self.deep, self.bn1 = conv(8, 8, 5, 1, 8), nn.BatchNorm2d(8)
        self.squeeze, self.excite = conv(8, 4, 1, bias=True), conv(4, 8, 1, bias=True)
        self.project, self.bn2 = conv(8, 6, 1), nn.BatchNorm2d(6)

    def forward(self, x):
        y = F.hardswish(self.bn0(self.stem(x)))
        y = F.relu6(self.bn1(self.deep(y)))
        gate = F.hardsigmoid(self.excite(F.relu(self.squeeze(y.mean((2, 3), keepdim=True)))))
        y = self.bn2(self.project(y * gate))
        written = y * F.relu6(y + 3) / 6
        return torch.softmax(F.silu(written).mean((2, 3)), 1)


class Shuffled(nn.Module):
    """ShuffleNetV2's unit: chunks, and a channel shuffle by view and transpose."""

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 12, 3, 2, bias=True)
        self.branch = nn.Sequential(
            conv(6, 6, 1), nn.BatchNorm2d(6), nn.ReLU(), conv(6, 6, 3, 1, 6), nn.BatchNorm2d(6), conv(6, 6, 1), nn.BatchNorm2d(6))

    def forward(self, x):
        a, b = self.stem(x).chunk(2, 1)
        y = torch.cat((a, self.branch(b)), 1)
        n, c, h, w = y.size()
        y = y.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, -1, h, w)
        return F.leaky_relu(y, 0.1)[:, 2:9, 1:, ::2]


class Decoder(nn.Module):
    """U-Net's and YOLO's parts: transposed convolutions, upsampling, concatenation, several outputs."""

    def __init__(self):
        super().__init__()
        self.down1, self.down2 = conv(3, 6, 3, 1, bias=True), conv(6, 8, 3, 2, bias=True)
        self.up = nn.ConvTranspose2d(8, 6, 2, 2)
        self.bn, self.prelu = nn.BatchNorm2d(12), nn.PReLU(12)
        self.last = conv(12, 2, 1, bias=True)
        self.odd = nn.ConvTranspose2d(8, 4, 3, 2, 1, output_padding=1, groups=2)

    def forward(self, x):
        a = F.elu(self.down1(x))
        b = F.selu(self.down2(a))
        y = self.last(self.prelu(self.bn(torch.cat((a, self.up(b)), 1))))
        return (
            torch.sigmoid(y),
            torch.tanh(self.odd(b)),
            F.interpolate(b, scale_factor=2, mode="nearest"),
            F.interpolate(b, size=(11, 13), mode="bilinear"),
            F.interpolate(b, scale_factor=2, mode="bilinear", align_corners=True),
        )


class Pooled(nn.Module):
    """Pools of all kinds, paddings, and constants that are written as arithmetic."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(4, 5, 3), conv(4, 5, 3, 2, bias=True)
        self.scale = nn.Parameter(torch.zeros(1, 5, 1, 1))

    def forward(self, x):
        y = F.pad(x, (1, 2, 0, 1))
        y = self.a(y) * self.scale + 0.5
        return (
            F.max_pool2d(y, 3, 2, 1, ceil_mode=True),
            F.avg_pool2d(y, 3, 2, 1),
            F.avg_pool2d(y, (2, 3), count_include_pad=False),
            F.adaptive_max_pool2d(y, 1),
            F.softplus(1 - self.b(x)) - 0.25,
            -torch.tanh(y) / 3,
            F.mish(y),
        )


class Sound(nn.Module):
    """A sequence: 1-D convolutions."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv1d(2, 6, 9, 4, 4), nn.BatchNorm1d(6)
        self.conv2, self.bn2 = nn.Conv1d(6, 8, 3, padding=2, dilation=2), nn.BatchNorm1d(8)
        self.fc = nn.Linear(8, 3, bias=False)
        self.offset = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        y = F.max_pool1d(F.relu(self.bn1(self.conv1(x))), 2)
        y = F.relu(self.bn2(self.conv2(y))).mean(-1)
        return torch.matmul(y, self.fc.weight.t()) + self.offset


class Perceptron(nn.Module):
    """Vectors, with batch normalizations on them."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Flatten(), nn.Linear(24, 10), nn.BatchNorm1d(10), nn.ReLU(), nn.Linear(10, 10), nn.Tanh(), nn.Linear(10, 4))

    def forward(self, x):
        return self.body(x)


MODELS = {
    # name: module, input, opset, dynamic axes
    "residual": (Residual, (3, 33, 31), 13, None),
    "residual_opset7": (Residual, (3, 33, 31), 7, None),
    "excited": (Excited, (3, 20, 24), 13, None),
    "excited_opset16": (Excited, (3, 20, 24), 16, None),
    "shuffled": (Shuffled, (3, 15, 18), 11, None),
    "shuffled_open": (Shuffled, (3, 15, 18), 13, {"input": {0: "batch", 2: "height", 3: "width"}}),
    "decoder": (Decoder, (3, 12, 16), 13, None),
    "decoder_opset11": (Decoder, (3, 12, 16), 11, {"input": {0: "batch"}}),
    "pooled": (Pooled, (4, 13, 14), 14, None),
    "pooled_opset10": (Pooled, (4, 13, 14), 10, None),
    "sound": (Sound, (2, 100), 13, {"input": {0: "batch"}}),
    "perceptron": (Perceptron, (2, 3, 4), 12, {"input": {0: "batch"}}),
}


def seeded(module, name):
    torch.manual_seed(zlib.crc32(name.encode()))
    for parameter in module.parameters():
        parameter.data = torch.randn(parameter.shape) * (0.4 if parameter.dim() > 1 else 0.6)
    for layer in module.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            layer.running_mean = torch.randn(layer.running_mean.shape) * 0.3
            layer.running_var = torch.rand(layer.running_var.shape) + 0.3
    return module.eval()


def write(name, make, shape, opset, axes):
    module = seeded(make(), name)
    x = torch.randn((1,) + shape)
    torch.onnx.export(
        module, x, HERE / f"{name}.onnx", input_names=["input"], opset_version=opset, dynamic_axes=axes,
        # Else the exporter folds batch normalizations itself.
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
    exact = copy.deepcopy(module).double()(x.double())
    outputs = exact if isinstance(exact, tuple) else (exact,)
    arrays = {f"output{i}": y.detach().numpy()[0].astype(numpy.float64) for i, y in enumerate(outputs)}
    numpy.savez(HERE / f"{name}.npz", input=x.numpy()[0], **arrays)


if __name__ == "__main__":
    for name, (make, shape, opset, axes) in MODELS.items():
        try:
            write(name, make, shape, opset, axes)
        except Exception as e:
            print(name, type(e).__name__, str(e)[:300])

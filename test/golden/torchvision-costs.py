"""Counts torchvision's CNNs as the latency model needs them, from their published layer tables, and writes
torchvision-costs.json. Independent of the TypeScript code: the walker below follows the networks' own definition and
keeps nothing but a size, a number of channels and sums.

Conventions: an operator is a convolution, dense layer, normalisation, activation, pooling, sum or concatenation; dropout,
flatten, split and adaptive pooling to the same size are none. Every operator reads its inputs and writes its output.

Run from the repository's root: python3 test/golden/torchvision-costs.py
"""
import json
import math
from pathlib import Path


class Walker:
    def __init__(self, channels=3, size=224):
        self.channels, self.size = channels, size
        self.macs = {"dense": 0, "grouped": 0, "depthwise": 0}
        self.heavy_elements = self.light_elements = self.heavy_parameters = self.parameters = 0
        self.heavy_operators = self.other_operators = 0

    def elements(self):
        return self.channels * self.size * self.size

    def light(self, read, written):
        self.light_elements += read + written
        self.other_operators += 1

    def conv(self, out, kernel, stride=1, padding=None, groups=1, bias=False):
        padding = (kernel - 1) // 2 if padding is None else padding
        read = self.elements()
        weights = kernel * kernel * self.channels * out // groups
        kind = "dense" if groups == 1 else "depthwise" if groups == self.channels else "grouped"
        self.size = (self.size + 2 * padding - kernel) // stride + 1
        self.macs[kind] += weights * self.size * self.size
        self.channels = out
        self.heavy(read, self.elements(), weights + (out if bias else 0))
        return self

    def heavy(self, read, written, parameters):
        self.heavy_elements += read + written
        self.heavy_parameters += parameters
        self.parameters += parameters
        self.heavy_operators += 1

    def bn(self):
        self.parameters += 2 * self.channels
        self.light(self.elements(), self.elements())
        return self

    def act(self):
        self.light(self.elements(), self.elements())
        return self

    def add(self):
        self.light(2 * self.elements(), self.elements())
        return self

    def concat(self, channels):
        """Joins tensors that together have `channels` channels."""
        self.channels = channels
        self.light(self.elements(), self.elements())
        return self

    def shuffle(self):
        """ShuffleNet's transposition of channel groups moves the whole tensor once."""
        self.light(self.elements(), self.elements())
        return self

    def pool(self, kernel, stride, padding=0, ceil=False):
        read = self.elements()
        size = (self.size + 2 * padding - kernel) / stride
        self.size = (math.ceil(size) if ceil else math.floor(size)) + 1
        self.light(read, self.elements())
        return self

    def global_pool(self):
        read = self.elements()
        self.size = 1
        self.light(read, self.channels)
        return self

    def gate(self, squeezed):
        """Squeeze-and-excite: pool, two 1x1 convolutions with ReLU and hard sigmoid, scale. The gate is read too."""
        channels, size = self.channels, self.size
        self.global_pool().conv(squeezed, 1, bias=True).act().conv(channels, 1, bias=True).act()
        self.size = size
        self.light(self.elements() + channels, self.elements())
        return self

    def fc(self, out):
        self.macs["dense"] += self.elements() * out
        self.heavy(self.elements(), out, self.elements() * out + out)
        self.channels, self.size = out, 1
        return self


def vgg(plan, bn):
    w = Walker()
    for item in plan:
        if item == "M":
            w.pool(2, 2)
            continue
        w.conv(item, 3, bias=True)
        if bn:
            w.bn()
        w.act()
    return w.fc(4096).act().fc(4096).act().fc(1000)


VGG = {
    "vgg11": [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "vgg13": [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "vgg16": [64, 64, "M", 128, 128, "M"] + [256] * 3 + ["M"] + [512] * 3 + ["M"] + [512] * 3 + ["M"],
    "vgg19": [64, 64, "M", 128, 128, "M"] + [256] * 4 + ["M"] + [512] * 4 + ["M"] + [512] * 4 + ["M"],
}


def resnet(depths, bottleneck, groups=1, width=64, size=224, small_stem=False, classes=1000):
    w = Walker(size=size)
    if small_stem:
        w.conv(64, 3).bn().act()
    else:
        w.conv(64, 7, 2, 3).bn().act().pool(3, 2, 1)
    for stage, depth in enumerate(depths):
        planes = 64 * 2**stage
        out = planes * 4 if bottleneck else planes
        for block in range(depth):
            stride = 2 if stage > 0 and block == 0 else 1
            channels, size = w.channels, w.size
            if bottleneck:
                inner = planes * width // 64 * groups
                w.conv(inner, 1).bn().act().conv(inner, 3, stride, groups=groups).bn().act().conv(out, 1).bn()
            else:
                w.conv(out, 3, stride).bn().act().conv(out, 3).bn()
            if stride != 1 or channels != out:
                w.channels, w.size = channels, size
                w.conv(out, 1, stride, 0).bn()
            w.add().act()
    return w.global_pool().fc(classes)


def densenet(growth, depths, initial):
    w = Walker().conv(initial, 7, 2, 3).bn().act().pool(3, 2, 1)
    for block, depth in enumerate(depths):
        for _ in range(depth):
            before = w.channels
            w.bn().act().conv(4 * growth, 1).bn().act().conv(growth, 3).concat(before + growth)
        if block < len(depths) - 1:
            w.bn().act().conv(w.channels // 2, 1).pool(2, 2)
    return w.bn().act().global_pool().fc(1000)


def squeezenet(version):
    w = Walker()
    if version == "1_0":
        w.conv(96, 7, 2, 0, bias=True).act().pool(3, 2, ceil=True)
        plan = [(16, 64), (16, 64), (32, 128), "M", (32, 128), (48, 192), (48, 192), (64, 256), "M", (64, 256)]
    else:
        w.conv(64, 3, 2, 0, bias=True).act().pool(3, 2, ceil=True)
        plan = [(16, 64), (16, 64), "M", (32, 128), (32, 128), "M", (48, 192), (48, 192), (64, 256), (64, 256)]
    for item in plan:
        if item == "M":
            w.pool(3, 2, ceil=True)
            continue
        squeeze, expand = item
        w.conv(squeeze, 1, bias=True).act()
        w.conv(expand, 1, bias=True).act()
        w.channels = squeeze
        w.conv(expand, 3, bias=True).act().concat(2 * expand)
    return w.conv(1000, 1, bias=True).act().global_pool()


def inverted_residual(w, expansion, out, stride, kernel, expand_first=True):
    channels, inner = w.channels, w.channels * expansion
    if expand_first:
        w.conv(inner, 1).bn().act()
    w.conv(inner, kernel, stride, groups=inner).bn().act().conv(out, 1).bn()
    if stride == 1 and channels == out:
        w.add()


def mobilenet_v2():
    w = Walker().conv(32, 3, 2).bn().act()
    for t, c, n, s in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
        for i in range(n):
            inverted_residual(w, t, c, s if i == 0 else 1, 3, t != 1)
    return w.conv(1280, 1).bn().act().global_pool().fc(1000)


def rounded(value):
    new = max(8, int(value + 4) // 8 * 8)
    return new if new >= 0.9 * value else new + 8


def mobilenet_v3(rows, last, hidden):
    """Rows are kernel, expanded channels, output channels, gate or not, stride; the kinds of activation cost the same."""
    w = Walker().conv(16, 3, 2).bn().act()
    for kernel, inner, out, gated, stride in rows:
        channels = w.channels
        if inner != channels:
            w.conv(inner, 1).bn().act()
        w.conv(inner, kernel, stride, groups=inner).bn().act()
        if gated:
            w.gate(rounded(inner / 4))
        w.conv(out, 1).bn()
        if stride == 1 and channels == out:
            w.add()
    return w.conv(last, 1).bn().act().global_pool().fc(hidden).act().fc(1000)


MOBILENET_V3_LARGE = [
    (3, 16, 16, 0, 1), (3, 64, 24, 0, 2), (3, 72, 24, 0, 1), (5, 72, 40, 1, 2), (5, 120, 40, 1, 1), (5, 120, 40, 1, 1),
    (3, 240, 80, 0, 2), (3, 200, 80, 0, 1), (3, 184, 80, 0, 1), (3, 184, 80, 0, 1), (3, 480, 112, 1, 1),
    (3, 672, 112, 1, 1), (5, 672, 160, 1, 2), (5, 960, 160, 1, 1), (5, 960, 160, 1, 1),
]  # fmt: skip
MOBILENET_V3_SMALL = [
    (3, 16, 16, 1, 2), (3, 72, 24, 0, 2), (3, 88, 24, 0, 1), (5, 96, 40, 1, 2), (5, 240, 40, 1, 1), (5, 240, 40, 1, 1),
    (5, 120, 48, 1, 1), (5, 144, 48, 1, 1), (5, 288, 96, 1, 2), (5, 576, 96, 1, 1), (5, 576, 96, 1, 1),
]  # fmt: skip


def lenet32():
    w = Walker(size=32).conv(6, 5, padding=0, bias=True).act().pool(2, 2).conv(16, 5, padding=0, bias=True).act().pool(2, 2)
    return w.fc(120).act().fc(84).act().fc(10)


def mnasnet(alpha):
    d = [rounded(c * alpha) for c in [32, 16, 24, 40, 80, 96, 192, 320]]
    w = Walker().conv(d[0], 3, 2).bn().act().conv(d[0], 3, groups=d[0]).bn().act().conv(d[1], 1).bn()
    for c, k, s, t, n in [(d[2], 3, 2, 3, 3), (d[3], 5, 2, 3, 3), (d[4], 5, 2, 6, 3), (d[5], 3, 1, 6, 2), (d[6], 5, 2, 6, 4), (d[7], 3, 1, 6, 1)]:
        for i in range(n):
            inverted_residual(w, t, c, s if i == 0 else 1, k)
    return w.conv(1280, 1).bn().act().global_pool().fc(1000)


def shufflenet(stages):
    w = Walker().conv(24, 3, 2).bn().act().pool(3, 2, 1)
    for out, repeats in zip(stages[:3], [4, 8, 4]):
        half = out // 2
        for block in range(repeats):
            channels, size = w.channels, w.size
            if block == 0:
                w.conv(channels, 3, 2, groups=channels).bn().conv(half, 1).bn().act()
                w.channels, w.size = channels, size
            else:
                w.channels = half
            w.conv(half, 1).bn().act().conv(half, 3, 2 if block == 0 else 1, groups=half).bn().conv(half, 1).bn().act()
            w.concat(out).shuffle()
    return w.conv(stages[3], 1).bn().act().global_pool().fc(1000)


networks = {name: vgg(plan, False) for name, plan in VGG.items()}
networks |= {f"{name}_bn": vgg(plan, True) for name, plan in VGG.items()}
networks |= {
    "resnet18": resnet([2, 2, 2, 2], False),
    "resnet34": resnet([3, 4, 6, 3], False),
    "resnet50": resnet([3, 4, 6, 3], True),
    "resnet101": resnet([3, 4, 23, 3], True),
    "resnet152": resnet([3, 8, 36, 3], True),
    "resnext50_32x4d": resnet([3, 4, 6, 3], True, 32, 4),
    "resnext101_32x8d": resnet([3, 4, 23, 3], True, 32, 8),
    "resnext101_64x4d": resnet([3, 4, 23, 3], True, 64, 4),
    "wide_resnet50_2": resnet([3, 4, 6, 3], True, 1, 128),
    "wide_resnet101_2": resnet([3, 4, 23, 3], True, 1, 128),
    "densenet121": densenet(32, [6, 12, 24, 16], 64),
    "densenet161": densenet(48, [6, 12, 36, 24], 96),
    "densenet169": densenet(32, [6, 12, 32, 32], 64),
    "densenet201": densenet(32, [6, 12, 48, 32], 64),
    "squeezenet1_0": squeezenet("1_0"),
    "squeezenet1_1": squeezenet("1_1"),
    "mobilenet_v2": mobilenet_v2(),
    "mobilenet_v3_large": mobilenet_v3(MOBILENET_V3_LARGE, 960, 1280),
    "mobilenet_v3_small": mobilenet_v3(MOBILENET_V3_SMALL, 576, 1024),
    "mnasnet0_5": mnasnet(0.5),
    "mnasnet0_75": mnasnet(0.75),
    "mnasnet1_0": mnasnet(1.0),
    "mnasnet1_3": mnasnet(1.3),
    "shufflenet_v2_x0_5": shufflenet([48, 96, 192, 1024]),
    "shufflenet_v2_x1_0": shufflenet([116, 232, 464, 1024]),
    "shufflenet_v2_x1_5": shufflenet([176, 352, 704, 1024]),
    "shufflenet_v2_x2_0": shufflenet([244, 488, 976, 2048]),
    "resnet50_cifar": resnet([3, 4, 6, 3], True, size=32, small_stem=True, classes=10),
    "resnet50_32": resnet([3, 4, 6, 3], True, size=32),
    "cnn_lenet32": lenet32(),
}

costs = {
    name: {
        "parameterCount": w.parameters,
        "denseMultiplyAdds": w.macs["dense"],
        "groupedMultiplyAdds": w.macs["grouped"],
        "depthwiseMultiplyAdds": w.macs["depthwise"],
        "heavyElements": w.heavy_elements,
        "elementwiseElements": w.light_elements,
        "heavyParameterCount": w.heavy_parameters,
        "heavyOperatorCount": w.heavy_operators,
        "otherOperatorCount": w.other_operators,
    }
    for name, w in networks.items()
}
Path(__file__).with_suffix(".json").write_text(json.dumps(costs, indent=1) + "\n")

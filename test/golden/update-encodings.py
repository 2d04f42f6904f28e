"""Golden files of encoded updates, written by numpy and safetensors (float16 by numpy's cast, places by numpy.packbits), and numpy's casts to
half precision. Arrays and files are in base64, little-endian.

Run from the repository's root, with numpy and safetensors: python3 test/golden/update-encodings.py
With a folder as argument it reads the *.safetensors there instead and prints their tensors: for files that the package has written.
"""
import base64
import json
import sys
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

LAYOUT = [
    {"name": "first/kernel", "shape": [25, 2, 41]},
    {"name": "norm/gamma", "shape": [3]},
    {"name": "norm/moving_mean", "shape": [3]},
    {"name": "norm/moving_variance", "shape": [3]},
    {"name": "last/bias", "shape": [7]},
]


def text(array_or_bytes):
    return base64.b64encode(bytes(array_or_bytes) if isinstance(array_or_bytes, bytes) else array_or_bytes.tobytes()).decode()


def float16(value):
    return np.clip(value, -65504, 65504).astype(np.float16)


def int8(name, shape, difference, uniforms):
    steps, scales, decoded = np.zeros(difference.size, np.int8), [], np.zeros(difference.size)
    for start in range(0, difference.size, 1024):
        block = difference[start : start + 1024]
        exact = np.abs(block).max() / 127
        scale = np.float32(exact)
        if float(scale) < exact:
            scale = np.nextafter(scale, np.float32(np.inf))
        steps[start : start + 1024] = np.floor(block / float(scale) + uniforms[start : start + 1024])
        scales.append(scale)
        decoded[start : start + 1024] = steps[start : start + 1024] * float(scale)
    return {name: steps.reshape(shape), f"{name}:scale": np.array(scales, np.float32)}, decoded


def leb128(number):
    out = []
    while number >= 128:
        out.append(number % 128 + 128)
        number //= 128
    return out + [number]


def sparse(name, difference, indices, dtype):
    kept = float16(difference[indices]) if dtype == np.float16 else difference[indices].astype(np.float32)
    mask = np.zeros(difference.size, bool)
    mask[indices] = True
    bitmap = np.packbits(mask, bitorder="little")
    before = np.concatenate([[-1], indices[:-1]]).astype(int)
    gaps = np.array([byte for gap in indices - before - 1 for byte in leb128(int(gap))], np.uint8)
    places = {f"{name}:bitmap": bitmap} if bitmap.size <= gaps.size else {f"{name}:gaps": gaps}
    decoded = np.zeros(difference.size)
    decoded[indices] = kept
    return {f"{name}:values": kept, **places}, decoded


def encoded(encoding, start, update, uniforms):
    difference = update.astype(float) - start.astype(float)
    sizes = [int(np.prod(t["shape"])) for t in LAYOUT]
    places = np.cumsum([0, *sizes])
    exact = ["/moving_" in t["name"] for t in LAYOUT]
    flat = np.concatenate([difference[a:b] for a, b, e in zip(places, places[1:], exact) if not e])
    count = max(1, int(np.ceil(encoding.get("share", 1) * flat.size)))
    largest = np.sort(np.argsort(-np.abs(flat.astype(np.float32)), kind="stable")[:count])
    tensors, decoded, begin = {}, np.zeros(difference.size), 0
    for tensor, a, b, is_exact in zip(LAYOUT, places, places[1:], exact):
        name, shape, part = tensor["name"], tensor["shape"], difference[a:b]
        if is_exact:
            tensors[name] = part.astype(np.float32).reshape(shape)
            decoded[a:b] = part.astype(np.float32)
            continue
        if encoding["kind"] == "float16":
            own, decoded[a:b] = {name: float16(part).reshape(shape)}, float16(part)
        elif encoding["kind"] == "int8":
            own, decoded[a:b] = int8(name, shape, part, uniforms[begin : begin + part.size])
        else:
            inside = largest[(largest >= begin) & (largest < begin + part.size)] - begin
            own, decoded[a:b] = sparse(name, part, inside, np.float16 if encoding["values"] == "float16" else np.float32)
        tensors.update(own)
        begin += part.size
    file = save(tensors, metadata={"encoding": encoding["kind"], "version": "1"})
    return {"encoding": encoding, "file": text(file), "decoded": text((start.astype(float) + decoded).astype(np.float32))}


def halves(generator):
    values = np.concatenate([
        np.arange(0, 40) * 2.0**-26, 2.0 ** np.arange(-26, 17), 65504 + np.arange(0, 40), [65519.999999, 65520, 1e300, 0.1, 1 / 3, 2.0**-14 - 2.0**-26],
        1 + np.arange(0, 16) * 2.0**-13, generator.normal(size=200) * 10.0 ** generator.uniform(-8, 5, 200),
        # Between two halves by less than a Float32 can tell: rounding twice goes wrong.
        [1 + 2.0**-11 + 2.0**-40, 1 + 2.0**-11 - 2.0**-40, 1 + 3 * 2.0**-11 - 2.0**-40],
    ])
    values = np.concatenate([values, -values])
    return {"values": text(values), "bits": text(float16(values).view(np.uint16))}


def main():
    generator = np.random.default_rng(20200831)
    size = sum(int(np.prod(t["shape"])) for t in LAYOUT)
    start = generator.normal(size=size).astype(np.float32)
    update = (start + generator.standard_t(3, size=size) * 1e-3).astype(np.float32)
    uniforms = generator.random(size)
    encodings = [
        {"kind": "float16"}, {"kind": "int8"}, {"kind": "top-k", "share": 0.02, "values": "float16"}, {"kind": "top-k", "share": 0.5, "values": "float32"},
    ]
    golden = {
        "layout": LAYOUT, "global": text(start), "update": text(update), "uniforms": text(uniforms), "halves": halves(generator),
        "cases": [encoded(encoding, start, update, uniforms) for encoding in encodings],
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")


def show(folder):
    for path in sorted(Path(folder).glob("*.safetensors")):
        with safe_open(path, framework="numpy") as file:
            print(path.name, file.metadata())
            for name in file.keys():
                tensor = file.get_tensor(name)
                print(" ", name, tensor.dtype, tensor.shape, float(np.abs(tensor.astype(float)).sum()))


show(sys.argv[1]) if len(sys.argv) > 1 else main()

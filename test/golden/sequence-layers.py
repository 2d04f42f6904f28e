"""Golden values of the layers that read sequences, from PyTorch in float64 on the CPU: torch.nn.Embedding, LSTM, MultiheadAttention,
LayerNorm and Linear, and its automatic differentiation. Logits, the mean cross-entropy of a batch and its gradient by every parameter.

Made with PyTorch 2.15. Run from the repository's root: python3 test/golden/sequence-layers.py
"""
import json
from pathlib import Path

import torch
from torch import nn

BATCH, LENGTH, VOCABULARY, CLASSES = 3, 5, 7, 4
FEATURES, HEADS, HIDDEN = 6, 2, 5
KEY_UNITS = FEATURES // HEADS
FIRST, SECOND = 4, 3  # units of the two LSTMs
torch.set_default_dtype(torch.float64)
torch.manual_seed(20170217)


def kernel(weight):
    """[out, in] as [in, out]."""
    return weight.T


def attention_tensors(layer):
    tensors = []
    for part in range(3):
        rows = slice(part * FEATURES, (part + 1) * FEATURES)
        tensors.append((layer.in_proj_weight, lambda gradient, rows=rows: kernel(gradient[rows])))
        tensors.append((layer.in_proj_bias, lambda gradient, rows=rows: gradient[rows]))
    return tensors + [(layer.out_proj.weight, kernel), layer.out_proj.bias]


class Characters(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, FEATURES)
        self.first = nn.LSTM(FEATURES, FIRST, batch_first=True)
        self.second = nn.LSTM(FIRST, SECOND, batch_first=True)
        self.output = nn.Linear(SECOND, CLASSES)
        for layer in (self.first, self.second):
            layer.bias_hh_l0.data.zero_()

    def forward(self, ids):
        states, _ = self.first(self.embedding(ids))
        states, _ = self.second(states)
        return self.output(states[:, -1])

    def tensors(self):
        # PyTorch has two biases of which the second stays 0; its gates i, f, g, o are Keras' i, f, c, o.
        lstms = [(p, kernel) if p.dim() == 2 else p for l in (self.first, self.second)
                 for p in (l.weight_ih_l0, l.weight_hh_l0, l.bias_ih_l0)]
        return [self.embedding.weight, *lstms, (self.output.weight, kernel), self.output.bias]

    layers = [
        {"kind": "embedding", "name": "embedding", "inputDim": VOCABULARY, "outputDim": FEATURES},
        {"kind": "lstm", "name": "first", "units": FIRST, "returnSequences": True},
        {"kind": "lstm", "name": "second", "units": SECOND},
        {"kind": "dense", "name": "output", "units": CLASSES, "activation": "softmax"},
    ]


class Encoder(nn.Module):
    def __init__(self, causal):
        super().__init__()
        self.causal = causal
        self.embedding = nn.Embedding(VOCABULARY, FEATURES)
        self.positions = nn.Parameter(torch.randn(LENGTH, FEATURES))
        self.norm = nn.LayerNorm(FEATURES, eps=1e-3)
        self.attention = nn.MultiheadAttention(FEATURES, HEADS, batch_first=True)
        self.hidden = nn.Linear(FEATURES, HIDDEN)
        self.back = nn.Linear(HIDDEN, FEATURES)
        self.output = nn.Linear(FEATURES, CLASSES)
        for bias in (self.attention.in_proj_bias, self.attention.out_proj.bias, self.norm.bias):
            nn.init.normal_(bias)
        nn.init.normal_(self.norm.weight)

    def forward(self, ids):
        value = self.embedding(ids) + self.positions
        normal = self.norm(value)
        mask = torch.triu(torch.ones(LENGTH, LENGTH, dtype=torch.bool), diagonal=1) if self.causal else None
        attended, _ = self.attention(normal, normal, normal, attn_mask=mask)
        value = value + attended
        value = value + self.back(nn.functional.gelu(self.hidden(value)))
        return self.output(value.mean(dim=1))

    def tensors(self):
        dense = [(p, kernel) if p.dim() == 2 else p for l in (self.hidden, self.back, self.output) for p in (l.weight, l.bias)]
        return [self.embedding.weight, self.positions, self.norm.weight, self.norm.bias,
                *attention_tensors(self.attention), *dense]

    @property
    def layers(self):
        return [
            {"kind": "embedding", "name": "embedding", "inputDim": VOCABULARY, "outputDim": FEATURES},
            {"kind": "positionEmbedding", "name": "positions"},
            {"kind": "layerNormalization", "name": "norm"},
            {"kind": "multiHeadAttention", "name": "attention", "heads": HEADS, "keyUnits": KEY_UNITS, "causal": self.causal},
            {"kind": "add", "name": "attended", "inputs": ["attention", "positions"]},
            {"kind": "dense", "name": "hidden", "units": HIDDEN, "activation": "gelu"},
            {"kind": "dense", "name": "back", "units": FEATURES, "activation": "linear"},
            {"kind": "add", "name": "sum", "inputs": ["back", "attended"]},
            {"kind": "globalAveragePool1d", "name": "pool"},
            {"kind": "dense", "name": "output", "units": CLASSES, "activation": "softmax"},
        ]


def flat(model, read):
    """`read` of every tensor in our layout, one behind the other."""
    numbers = []
    for entry in model.tensors():
        parameter, arrange = entry if isinstance(entry, tuple) else (entry, lambda tensor: tensor)
        numbers += arrange(read(parameter)).reshape(-1).tolist()
    return numbers


def case(name, model):
    ids = torch.randint(0, VOCABULARY, (BATCH, LENGTH))
    labels = torch.randint(0, CLASSES, (BATCH,))
    logits = model(ids)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    return {
        "name": name,
        "layers": model.layers,
        "parameters": flat(model, lambda parameter: parameter.detach()),
        "inputs": ids.reshape(-1).tolist(),
        "labels": labels.tolist(),
        "logits": logits.detach().reshape(-1).tolist(),
        "loss": loss.item(),
        "gradient": flat(model, lambda parameter: parameter.grad),
    }


def main():
    cases = [
        case("two LSTMs", Characters()),
        case("an encoder with attention", Encoder(causal=False)),
        case("an encoder with causal attention", Encoder(causal=True)),
    ]
    content = {"batch": BATCH, "length": LENGTH, "cases": cases}
    Path(__file__).with_suffix(".json").write_text(json.dumps(content, indent=1) + "\n")


main()

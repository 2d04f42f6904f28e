"""Golden values of the ONNX export: every exported file is checked by the reference implementation (onnx.checker, strict shape
inference) and run by ONNX Runtime; the probabilities go to onnx-export.json with the file's SHA-256.

    node --import tsx test/golden/onnx-export-models.ts FOLDER
    pip install onnx==1.23.2 onnxruntime==1.32.0
    python test/golden/onnx-export.py FOLDER > test/golden/onnx-export.json
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

folder = Path(sys.argv[1])
networks = {}
for case in json.loads((folder / "cases.json").read_text()):
    path = folder / f"{case['name']}.onnx"
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    examples = np.fromfile(folder / f"{case['name']}.f32", dtype=np.float32).reshape(case["shape"])
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (probabilities,) = session.run(["probabilities"], {"input": examples})
    networks[case["name"]] = {
        "sha256": case["sha256"],
        "probabilities": [round(float(value), 8) for value in probabilities.ravel()],
    }

print(json.dumps({"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__, "networks": networks}, indent=1))

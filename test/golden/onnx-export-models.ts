// Writes what onnx-export.py reads: every exportable network as <name>.onnx, its examples as <name>.f32, and their shapes in cases.json.
//   node --import tsx test/golden/onnx-export-models.ts FOLDER

import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeOnnxFile } from "../../models/export/onnx-file.ts";
import { exportableNetworks, groupedNetwork } from "../support/exportable-networks.ts";
import { examplesFor, variedParameters } from "../support/network-values.ts";

const EXAMPLES = 3;

/** Each network with its file, the examples and the file's hash: the test compares with the golden file by them. */
export const onnxCases = [...exportableNetworks, groupedNetwork].map((architecture) => {
  const parameters = variedParameters(architecture);
  const file = encodeOnnxFile(architecture, parameters, { producerVersion: "test", metadata: { round: "3" } });
  const examples = examplesFor(architecture, EXAMPLES);
  return { architecture, parameters, file, examples, sha256: createHash("sha256").update(file).digest("hex") };
});

const [, program, folder] = process.argv;
if (program?.endsWith("onnx-export-models.ts") && folder !== undefined) {
  await mkdir(folder, { recursive: true });
  for (const { architecture, file, examples } of onnxCases) {
    await writeFile(join(folder, `${architecture.name}.onnx`), file);
    await writeFile(join(folder, `${architecture.name}.f32`), new Uint8Array(examples.buffer));
  }
  const cases = onnxCases.map(({ architecture: { name, inputShape }, sha256 }) => {
    return { name, sha256, shape: [EXAMPLES, ...inputShape] };
  });
  await writeFile(join(folder, "cases.json"), JSON.stringify(cases));
}

// ONNX Runtime is the judge: its values of these very files are in test/golden/onnx-export.json (onnx-export.py made and checked them).

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeOnnxFile } from "../../../models/export/onnx-file.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { onnxCases } from "../../golden/onnx-export-models.ts";
import { causalNetwork, exportableNetworks } from "../../support/exportable-networks.ts";
import { largestDifference, probabilitiesOf, valueCount, variedParameters } from "../../support/network-values.ts";

interface Golden {
  readonly networks: Readonly<Record<string, { readonly sha256: string; readonly probabilities: readonly number[] }>>;
}

const golden: Golden = JSON.parse(readFileSync(new URL("../../golden/onnx-export.json", import.meta.url), "utf8"));
const cases = onnxCases.map((one) => [one.architecture.name, one] as const);

beforeAll(async () => {
  await selectBackend("wasm");
});

describe("a network as an ONNX file", () => {
  it("is compared with ONNX Runtime for every network of the list", () => {
    expect(cases.map(([name]) => name).sort()).toEqual(Object.keys(golden.networks).sort());
  });

  it.each(cases)("%s is the file that ONNX Runtime has run (else make the golden values anew)", (name, { sha256 }) => {
    expect(sha256).toBe(golden.networks[name]?.sha256);
  });

  it.each(cases)("%s predicts in ONNX Runtime what it does here", (name, { architecture, parameters, examples }) => {
    const expected = probabilitiesOf(architecture, parameters, examples);
    expect(largestDifference(golden.networks[name]?.probabilities ?? [], expected)).toBeLessThan(1e-5);
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.01);
  });

  it("has one mask of a length for all layers that look back only", () => {
    const parameters = variedParameters(causalNetwork);
    const file = encodeOnnxFile(causalNetwork, parameters, { producerVersion: "1", metadata: {} });
    const values = valueCount(parameters) + 64 * 64;
    // Names and operators take less than a second mask would.
    expect(file.byteLength).toBeGreaterThan(4 * values);
    expect(file.byteLength).toBeLessThan(4 * (values + 64 * 64));
  });

  it("says what it was told of itself", () => {
    const [architecture] = exportableNetworks;
    if (!architecture) throw new Error("no network");
    const metadata = { run: "night-shift" };
    const file = encodeOnnxFile(architecture, variedParameters(architecture), { producerVersion: "1.2.3", metadata });
    const text = Buffer.from(file).toString("latin1");
    for (const word of ["probselect", "1.2.3", "night-shift", "probabilities", architecture.name]) {
      expect(text).toContain(word);
    }
  });
});

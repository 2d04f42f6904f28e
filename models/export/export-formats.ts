// The formats in which a trained network can be taken out, each as the files that it is made of.

import type { Architecture } from "../architecture.ts";
import type { ParameterSet } from "../parameter-set.ts";

export const exportFormats = ["tfjs", "safetensors", "onnx"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportFacts {
  readonly producerVersion: string;
  /** Where the network comes from, as texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The files of an export, each by its pieces in order. */
export type ExportFiles =
  | { readonly kind: "file"; readonly pieces: readonly Uint8Array[] }
  | { readonly kind: "folder"; readonly files: Readonly<Record<string, readonly Uint8Array[]>> };

/** The files in the folder that is an export; none where it is one file. */
export function exportFileNames(format: ExportFormat): readonly string[] {
  return format === "tfjs" ? ["model.json", "weights.bin"] : [];
}

/**
 * @throws {ProbSelectError} models.not-exportable if a layer has no form in the format, or the network is too large for it.
 * @example (await exportNetwork("safetensors", lenet5, parameters, facts)).kind // "file"
 */
export async function exportNetwork(
  format: ExportFormat,
  architecture: Architecture,
  parameters: ParameterSet,
  { producerVersion, metadata }: ExportFacts,
): Promise<ExportFiles> {
  switch (format) {
    case "tfjs": {
      const { layersModelFiles } = await import("./layers-model-files.ts");
      const files = layersModelFiles(architecture, parameters, `probselect v${producerVersion}`);
      const modelJson = new TextEncoder().encode(files.modelJson);
      return { kind: "folder", files: { "model.json": [modelJson], "weights.bin": files.weights } };
    }
    case "safetensors": {
      const { encodeModelFile } = await import("./safetensors-export.ts");
      const facts = { producer: `probselect ${producerVersion}`, ...metadata };
      return { kind: "file", pieces: [encodeModelFile(architecture, parameters, facts)] };
    }
    case "onnx": {
      const { encodeOnnxFile } = await import("./onnx-file.ts");
      return { kind: "file", pieces: [encodeOnnxFile(architecture, parameters, { producerVersion, metadata })] };
    }
  }
}

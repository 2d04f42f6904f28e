// One cell of the kernels benchmark: a network on something that trains it, and what both sides of the comparison do alike.

import type { BackendName } from "../../models/tensorflow/backends/names.ts";

export interface Cell {
  readonly model: "mlp" | "lenet5" | "cnn-small";
  /** "wasm as shipped": tfjs' own back-end, without this project's kernels. */
  readonly backend: BackendName | "wasm as shipped";
  readonly seconds: number;
}

export type CellResult = { readonly peakRssBytes: number } & (
  | { readonly stepsPerSecond: number }
  | { readonly cannotTrain: string }
);

/** Plain mini-batch SGD with momentum on noise, whoever does it. */
export const cellWork = {
  exampleCount: 512,
  batchSize: 32,
  learningRate: 0.01,
  momentum: 0.9,
  /** What does not count: so many steps at least, and so long. */
  warmUp: { steps: 2, seconds: 0.5 },
} as const;

// Checks on the shapes that reach a layer; each failure says which layer, which shape and what to do.

import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { LayerSpec } from "./layer-schema.ts";

/** Dimensions without the batch: [height, width, channels] or [features]. */
export type Shape = readonly number[];

/** @throws {ProbSelectError} models.invalid-architecture, always. */
export function refuse(layer: LayerSpec, problem: string): never {
  throw new ProbSelectError("models.invalid-architecture", `Layer "${layer.name}" (${layer.kind}) ${problem}`);
}

/** The only input of a layer that takes one. */
export function requireOneInput(layer: LayerSpec, inputs: readonly Shape[]): Shape {
  const [input, ...others] = inputs;
  if (input && others.length === 0) return input;
  return refuse(layer, `takes one input but reads ${inputs.length}. Join them with add or concatenate before it.`);
}

export function requireSeveralInputs(layer: LayerSpec, inputs: readonly Shape[]): void {
  if (inputs.length < 2) refuse(layer, `joins two inputs or more but reads ${inputs.length}. Name them in its inputs.`);
}

export function requireRank(layer: LayerSpec, input: Shape, rank: 1): readonly [number];
export function requireRank(layer: LayerSpec, input: Shape, rank: 2): readonly [number, number];
export function requireRank(layer: LayerSpec, input: Shape, rank: 3): readonly [number, number, number];
export function requireRank(layer: LayerSpec, input: Shape, rank: number): Shape {
  if (input.length === rank) return input;
  const advice = { 1: "Give [length].", 2: "Give [length, features]." }[rank] ?? "Give [height, width, channels].";
  return refuse(layer, `needs an input of ${counted(rank, "dimension")} but gets [${input}]. ${advice}`);
}

/** The last axis of [features] or [length, features]. */
export function requireFeatures(layer: LayerSpec, input: Shape): number {
  const features = input.at(-1);
  if (features !== undefined && input.length <= 2) return features;
  return refuse(layer, `needs [features] or [length, features] but gets [${input}]. Put a flatten layer before it.`);
}

/** `what` of the layer (filters, channels) must be a multiple of its groups. */
export function requireGroups(layer: LayerSpec, groups: number, what: string, count: number): void {
  if (count % groups !== 0) {
    refuse(layer, `cannot split ${count} ${what} into ${groups} equal groups. Choose a divisor of ${count}.`);
  }
}

/** Output height and width of a window that slides over [height, width, channels], as TensorFlow has it. */
export function slide(
  layer: Extract<LayerSpec, { padding: "same" | "valid" }>,
  window: readonly [number, number],
  input: readonly [number, number, number],
): readonly [number, number] {
  const along = (axis: 0 | 1) => {
    const reach = layer.padding === "same" ? input[axis] : input[axis] - window[axis] + 1;
    return Math.ceil(reach / layer.strides[axis]);
  };
  const [height, width] = [along(0), along(1)];
  if (height >= 1 && width >= 1) return [height, width];
  throw new ProbSelectError(
    "models.invalid-architecture",
    `Layer "${layer.name}" slides a window of ${window.join("x")} over [${input}], which is smaller. ` +
      `Use padding "same", a larger input or fewer poolings before it.`,
  );
}

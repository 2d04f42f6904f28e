// A layer on its way into an ONNX graph, and what writes it there.

import type { LayerSpec, ShapedLayer } from "../../architecture.ts";
import type { ParameterTensor } from "../../parameter-set.ts";
import type { OnnxGraph } from "./onnx-graph.ts";

export interface OnnxPlace {
  readonly graph: OnnxGraph;
  readonly shaped: ShapedLayer;
  /** The values that it reads; images have their channels first. */
  readonly inputs: readonly string[];
  /** The layer's tensor of that name, e.g. "kernel". */
  readonly tensor: (name: string) => ParameterTensor;
}

/** Writes a layer of one kind, without its activation. @returns the name of the layer's value. */
export type OnnxForm<Kind extends LayerSpec["kind"]> = (
  layer: Extract<LayerSpec, { kind: Kind }>,
  place: OnnxPlace,
) => string;

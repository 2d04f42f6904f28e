// A Keras functional model that is being written down, as the JSON that TensorFlow.js and Keras read.

import type { ParameterTensor, TensorLayout } from "../parameter-set.ts";

/** A layer as Keras writes it, but for what it reads. Keys are Python's. */
export interface KerasLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** What its kernel is called and how it is shaped, where it is not as ours. */
  readonly kernel?: { readonly name: string; readonly shape: readonly number[] } | undefined;
}

/** A weight under the name that the layer's class gives it. */
export interface KerasWeight extends TensorLayout {
  readonly values: Float32Array;
}

export interface KerasGraph {
  /**
   * Appends a layer.
   *
   * @param name wanted; "/" becomes "_", which Keras 3 allows, and a number makes it unique.
   * @param weights of our layer, in Keras' order, named "<layer>/<weight>".
   * @returns its name.
   */
  append(layer: KerasLayer, name: string, inputs: readonly string[], weights?: readonly ParameterTensor[]): string;
  /** What `append` returned when that key was first asked for: layers that several read. @returns the name of a layer. */
  shared(key: string, append: () => string): string;
  /** The model's topology, whose output is that of the layer named `output`. */
  topology(modelName: string, output: string): Readonly<Record<string, unknown>>;
  readonly weights: readonly KerasWeight[];
}

/** @param inputShape without the batch dimension. @returns the graph and the name of its input layer. */
export function kerasGraph(inputShape: readonly number[]): { readonly graph: KerasGraph; readonly input: string } {
  const layers: object[] = [];
  const weights: KerasWeight[] = [];
  const taken = new Set<string>();
  const shared = new Map<string, string>();
  const add = ({ className, config }: Omit<KerasLayer, "kernel">, wanted: string, inputs: readonly string[]) => {
    const name = freeName(wanted.replaceAll("/", "_"), taken);
    const nodes = inputs.length === 0 ? [] : [inputs.map((source) => [source, 0, 0, {}])];
    layers.push({ class_name: className, name, config: { name, ...config }, inbound_nodes: nodes });
    return name;
  };
  const input = add(
    { className: "InputLayer", config: { batch_input_shape: [null, ...inputShape], dtype: "float32", sparse: false } },
    "input",
    [],
  );
  const graph: KerasGraph = {
    weights,
    append(layer, wanted, inputs, tensors = []) {
      const name = add({ ...layer, config: { trainable: true, dtype: "float32", ...layer.config } }, wanted, inputs);
      for (const tensor of tensors) {
        const own = tensor.name.split("/").at(-1);
        const { name: weight, shape } =
          own === "kernel" && layer.kernel ? layer.kernel : { name: own, shape: tensor.shape };
        weights.push({ name: `${name}/${weight}`, shape, values: tensor.values });
      }
      return name;
    },
    shared(key, append) {
      const name = shared.get(key) ?? append();
      shared.set(key, name);
      return name;
    },
    topology: (modelName, output) => ({
      class_name: "Functional",
      config: {
        name: modelName.replaceAll("/", "_"),
        layers,
        input_layers: [[input, 0, 0]],
        output_layers: [[output, 0, 0]],
      },
      keras_version: "2.15.0",
      backend: "tensorflow",
    }),
  };
  return { graph, input };
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
  taken.add(name);
  return name;
}

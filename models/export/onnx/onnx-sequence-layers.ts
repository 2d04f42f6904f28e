// The layers that read sequences as ONNX operators of operator set 17. Sequences keep our order, [batch, length, features], but for
// what the operator LSTM reads and writes, whose time steps come first.

import type { SequenceLayer } from "../../architecture/sequence-shapes.ts";
import { futureMask } from "../../future-mask.ts";
import type { ParameterTensor } from "../../parameter-set.ts";
import { ONNX_INT64 } from "./onnx-model.ts";
import type { OnnxForm, OnnxPlace } from "./onnx-place.ts";

/** ONNX' gates i, o, f, c, by their places among ours, i, f, c, o. */
const GATES = [0, 3, 1, 2];
/** [length, batch, ...] and [batch, length, ...], one from the other. */
const SWAPPED = [1, 0, 2];
/** [batch, length, heads, keyUnits] and [batch, heads, length, keyUnits], one from the other. */
const HEADS_FIRST = [0, 2, 1, 3];
/** From [batch, length, heads, keyUnits] to [batch, heads, keyUnits, length]. */
const KEYS_LAST = [0, 2, 3, 1];

/** One entry a kind. */
export const sequenceForms: { readonly [Kind in SequenceLayer["kind"]]: OnnxForm<Kind> } = {
  // Token ids are float32 here, as our networks read them.
  embedding: ({ name }, { graph, inputs, tensor }) => {
    const ids = graph.node("Cast", inputs, `${name}/ids`, { to: ONNX_INT64 });
    const { shape, values } = tensor("embeddings");
    return graph.node("Gather", [graph.floats(`${name}/embeddings`, shape, values), ids], name, { axis: 0 });
  },
  positionEmbedding: ({ name }, { graph, inputs, tensor }) => {
    const { shape, values } = tensor("embeddings");
    return graph.node("Add", [...inputs, graph.floats(`${name}/embeddings`, shape, values)], name);
  },
  lstm: ({ name, units, returnSequences }, { graph, shaped, inputs, tensor }) => {
    const features = shaped.inputShape.at(-1) ?? 1;
    const weights = [
      graph.floats(`${name}/kernel`, [1, 4 * units, features], onnxGates(tensor("kernel"), units)),
      graph.floats(`${name}/recurrent_kernel`, [1, 4 * units, units], onnxGates(tensor("recurrent_kernel"), units)),
      graph.floats(`${name}/bias`, [1, 8 * units], bothBiases(onnxGates(tensor("bias"), units))),
    ];
    const steps = graph.node("Transpose", inputs, `${name}/steps`, { perm: SWAPPED }); // [length, batch, features]
    const states = graph.node("LSTM", [steps, ...weights], `${name}/states`, { hidden_size: units }); // [length, 1, batch, units]
    if (returnSequences) {
      const every = graph.node("Squeeze", [states, graph.integers(`${name}/direction`, [1])], `${name}/every`); // [length, batch, units]
      return graph.node("Transpose", [every], name, { perm: SWAPPED });
    }
    const last = graph.node("Gather", [states, graph.integers(`${name}/end`, [-1])], `${name}/last`, { axis: 0 });
    return graph.node("Squeeze", [last, graph.integers(`${name}/axes`, [0, 1])], name); // [batch, units]
  },
  multiHeadAttention: (layer, place) => {
    const { name, heads, keyUnits } = layer;
    const { graph, shaped, tensor } = place;
    const [length = 1, features = 1] = shaped.inputShape;
    const keys = project(place, "key", KEYS_LAST);
    const scale = graph.floats(`${name}/scale`, [], Float32Array.of(1 / Math.sqrt(keyUnits)));
    const queries = graph.node("Mul", [project(place, "query", HEADS_FIRST), scale], `${name}/query/scaled`);
    const scores = graph.node("MatMul", [queries, keys], `${name}/scores`); // [batch, heads, length, length]
    const future = `future${length}`;
    const mask = () => graph.shared(future, () => graph.floats(future, [length, length], futureMask(length)));
    const masked = layer.causal ? graph.node("Add", [scores, mask()], `${name}/masked`) : scores;
    const seen = graph.node("Softmax", [masked], `${name}/seen`, { axis: -1 });
    const values = graph.node("MatMul", [seen, project(place, "value", HEADS_FIRST)], `${name}/heads`);
    const turned = graph.node("Transpose", [values], `${name}/turned`, { perm: HEADS_FIRST });
    const flat = graph.integers(`${name}/joined/shape`, [0, length, heads * keyUnits]);
    const joined = graph.node("Reshape", [turned, flat], `${name}/joined`);
    const kernel = graph.floats(
      `${name}/kernel`,
      [heads * keyUnits, features],
      tensor("attention_output/kernel").values,
    );
    const product = graph.node("MatMul", [joined, kernel], `${name}/product`);
    const bias = graph.floats(`${name}/bias`, [features], tensor("attention_output/bias").values);
    return graph.node("Add", [product, bias], name);
  },
  globalAveragePool1d: ({ name }, { graph, inputs }) =>
    graph.node("ReduceMean", inputs, name, { axes: [1], keepdims: 0 }),
};

/** Weights of all gates [rows, 4 * units] as ONNX has them, [4 * units, rows], its gates in its order. */
function onnxGates({ values }: ParameterTensor, units: number): Float32Array {
  const rows = values.length / (4 * units);
  const moved = new Float32Array(values.length);
  let place = 0;
  for (const gate of GATES) {
    for (let unit = 0; unit < units; unit++) {
      const column = gate * units + unit;
      for (let row = 0; row < rows; row++) moved[place++] = values[row * 4 * units + column] as number;
    }
  }
  return moved;
}

/** ONNX has a bias of the input and one of the state, which is zero here. */
function bothBiases(ofInput: Float32Array): Float32Array {
  const both = new Float32Array(2 * ofInput.length);
  both.set(ofInput);
  return both;
}

/** Queries, keys or values of all heads. @param order of [batch, length, heads, keyUnits] in the result. */
function project(
  { graph, shaped, inputs, tensor }: OnnxPlace,
  part: "query" | "key" | "value",
  order: readonly number[],
): string {
  const [kernel, bias] = [tensor(`${part}/kernel`), tensor(`${part}/bias`)];
  const [features = 1, heads = 1, keyUnits = 1] = kernel.shape;
  const name = `${shaped.layer.name}/${part}`;
  const product = graph.node(
    "MatMul",
    [...inputs, graph.floats(`${name}/kernel`, [features, heads * keyUnits], kernel.values)],
    `${name}/product`,
  );
  const flat = graph.node("Add", [product, graph.floats(`${name}/bias`, [heads * keyUnits], bias.values)], name);
  const split = graph.integers(`${name}/split/shape`, [0, shaped.inputShape[0] ?? 1, heads, keyUnits]);
  const table = graph.node("Reshape", [flat, split], `${name}/split`);
  return graph.node("Transpose", [table], `${name}/turned`, { perm: order });
}

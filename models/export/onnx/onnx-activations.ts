// The activation functions as ONNX operators.

import type { Activation } from "../../architecture.ts";
import type { OnnxGraph } from "./onnx-graph.ts";
import type { OnnxAttribute } from "./onnx-model.ts";

type Operator = readonly [name: string, attributes?: Readonly<Record<string, OnnxAttribute>>];

/** relu6(x + 3) / 6 = clip(x / 6 + 1 / 2) */
const hardSigmoid: Operator = ["HardSigmoid", { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }];

/** Those that are one operator of one input, in operator set 17. */
const operators: Partial<Readonly<Record<Activation, Operator>>> = {
  relu: ["Relu"],
  leakyRelu: ["LeakyRelu", { alpha: { float: 0.2 } }],
  elu: ["Elu"],
  selu: ["Selu"],
  tanh: ["Tanh"],
  sigmoid: ["Sigmoid"],
  hardSigmoid,
  hardSwish: ["HardSwish"],
};

/**
 * @param axis of the channels or features, for a softmax.
 * @returns the name of the activated value.
 */
export function onnxActivation(
  graph: OnnxGraph,
  activation: Activation,
  { value, axis, name }: { readonly value: string; readonly axis: number; readonly name: string },
): string {
  const known = operators[activation];
  const wanted = `${name}/${activation}`;
  if (known) return graph.node(known[0], [value], wanted, known[1]);
  const scalar = (part: string, number: number) => graph.floats(`${wanted}/${part}`, [], Float32Array.of(number));
  switch (activation) {
    case "softmax":
      return graph.node("Softmax", [value], wanted, { axis });
    case "relu6":
      return graph.node("Clip", [value, scalar("least", 0), scalar("most", 6)], wanted);
    case "swish":
      return graph.node("Mul", [value, graph.node("Sigmoid", [value], `${wanted}/gate`)], wanted);
    case "gelu": {
      const scaled = graph.node("Mul", [value, scalar("scale", Math.SQRT1_2)], `${wanted}/scaled`);
      const erf = graph.node("Erf", [scaled], `${wanted}/erf`);
      const shifted = graph.node("Add", [erf, scalar("one", 1)], `${wanted}/shifted`);
      const doubled = graph.node("Mul", [value, shifted], `${wanted}/doubled`);
      return graph.node("Mul", [doubled, scalar("half", 0.5)], wanted);
    }
    default:
      return value;
  }
}

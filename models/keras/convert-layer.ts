// From one layer of a Keras-style network to the same layer of ours. A class that can be converted is one entry of `conversions`;
// its weights must come in the order of our kind's tensors (models/architecture/layer-shapes.ts), which is Keras' own.

import { type LayerDraft, layerSchema } from "../architecture/layer-schema.ts";
import {
  activationOf,
  type KerasCall,
  OWN_MODULE,
  refuseLayer,
  requireLastAxis,
  requireSettings,
} from "./keras-settings.ts";

/** The layer without its name and inputs, which the network knows. Its values are the configuration's, checked by the schema after. */
type Conversion = (call: KerasCall) => { readonly kind: LayerDraft["kind"] } & Readonly<Record<string, unknown>>;

const window = ({ config }: KerasCall) => ({
  kernelSize: config.kernelSize,
  strides: config.strides,
  padding: config.padding,
  useBias: config.useBias ?? true,
});

function convolution(call: KerasCall, settings: Readonly<Record<string, unknown>> = {}) {
  requireSettings(call, { dataFormat: "channelsLast", dilationRate: [1, 1], ...settings });
  return { ...window(call), activation: activationOf(call) };
}

function pool(call: KerasCall, kind: "maxPool2d" | "averagePool2d") {
  requireSettings(call, { dataFormat: "channelsLast" });
  const { poolSize, strides, padding } = call.config;
  return { kind, poolSize, strides: strides ?? poolSize, padding };
}

function wholeImage(call: KerasCall, kind: "globalAveragePool2d" | "globalMaxPool2d") {
  requireSettings(call, { dataFormat: "channelsLast" });
  return { kind, keepDims: call.config.keepDims ?? false };
}

function activated(call: KerasCall, written: unknown) {
  return { kind: "activation", activation: activationOf(call, written) } as const;
}

/** Keras hands a recurrent layer the state to begin with as further inputs. */
function refuseInitialState(call: KerasCall): void {
  if (call.inputShapes.length === 1) return;
  refuseLayer(
    call,
    `begins with a state that other layers make (initialState); training here knows a state of zeros only. Build the model with that, ${OWN_MODULE}.`,
  );
}

/** By Keras' class name. */
const conversions: Readonly<Record<string, Conversion>> = {
  Dense: (call) => ({
    kind: "dense",
    units: call.config.units,
    useBias: call.config.useBias ?? true,
    activation: activationOf(call),
  }),
  Conv2D: (call) => ({ kind: "conv2d", filters: call.config.filters, ...convolution(call, { groups: 1 }) }),
  // Several filters a channel are a convolution of one group a channel.
  DepthwiseConv2D: (call) => {
    const multiplier = Number(call.config.depthMultiplier ?? 1);
    if (multiplier === 1) return { kind: "depthwiseConv2d", ...convolution(call) };
    const groups = call.inputShapes[0]?.at(-1) ?? 0;
    return { kind: "conv2d", filters: groups * multiplier, groups, ...convolution(call) };
  },
  SeparableConv2D: (call) => ({
    kind: "separableConv2d",
    filters: call.config.filters,
    ...convolution(call, { depthMultiplier: 1 }),
  }),
  MaxPooling2D: (call) => pool(call, "maxPool2d"),
  AveragePooling2D: (call) => pool(call, "averagePool2d"),
  GlobalAveragePooling2D: (call) => wholeImage(call, "globalAveragePool2d"),
  GlobalMaxPooling2D: (call) => wholeImage(call, "globalMaxPool2d"),
  BatchNormalization: (call) => {
    requireLastAxis(call);
    requireSettings(call, { epsilon: 0.001, center: true });
    return { kind: "batchNormalization", scale: call.config.scale ?? true };
  },
  LayerNormalization: (call) => {
    requireLastAxis(call);
    requireSettings(call, { epsilon: 0.001, center: true, scale: true });
    return { kind: "layerNormalization" };
  },
  Activation: (call) => activated(call, call.config.activation),
  ReLU: (call) => {
    requireSettings(call, { negativeSlope: 0, threshold: 0 });
    const { maxValue } = call.config;
    if (maxValue === undefined || maxValue === null) return activated(call, "relu");
    requireSettings(call, { maxValue: 6 });
    return activated(call, "relu6");
  },
  LeakyReLU: (call) => {
    requireSettings(call, { alpha: 0.2 });
    return { kind: "activation", activation: "leakyRelu" };
  },
  ELU: (call) => {
    requireSettings(call, { alpha: 1 });
    return activated(call, "elu");
  },
  Softmax: (call) => {
    requireLastAxis(call);
    return activated(call, "softmax");
  },
  Rescaling: (call) => {
    requireSettings(call, { offset: 0 });
    return { kind: "rescaling", scale: call.config.scale };
  },
  Add: () => ({ kind: "add" }),
  Multiply: () => ({ kind: "multiply" }),
  Concatenate: (call) => {
    requireLastAxis(call);
    return { kind: "concatenate" };
  },
  ZeroPadding2D: (call) => {
    requireSettings(call, { dataFormat: "channelsLast" });
    return { kind: "zeroPadding2d", padding: call.config.padding };
  },
  Flatten: (call) => {
    requireSettings(call, { dataFormat: "channelsLast" });
    return { kind: "flatten" };
  },
  Reshape: (call) => ({ kind: "reshape", targetShape: call.outputShapes[0] }),
  Dropout: (call) => {
    requireSettings(call, { noiseShape: null });
    return { kind: "dropout", rate: call.config.rate };
  },
  Embedding: (call) => {
    requireSettings(call, { maskZero: false });
    const { inputDim, outputDim } = call.config;
    return { kind: "embedding", inputDim, outputDim };
  },
  LSTM: (call) => {
    refuseInitialState(call);
    requireSettings(call, { activation: "tanh", recurrentActivation: "sigmoid", useBias: true });
    requireSettings(call, { goBackwards: false, stateful: false, dropout: 0, recurrentDropout: 0 });
    return { kind: "lstm", units: call.config.units, returnSequences: call.config.returnSequences ?? false };
  },
  GlobalAveragePooling1D: (call) => {
    requireSettings(call, { dataFormat: "channelsLast", keepDims: false });
    return { kind: "globalAveragePool1d" };
  },
};

/** The classes that can be converted. */
export const convertibleClasses: readonly string[] = Object.keys(conversions);

/**
 * The layer of ours that computes the same.
 *
 * @param name of the new layer.
 * @param inputs as in `LayerDraft`.
 * @throws {ProbSelectError} models.invalid-architecture, with the layer, its class and what to do, if there is none.
 */
export function convertLayer(call: KerasCall, name: string, inputs: readonly string[]): LayerDraft {
  const conversion = Object.hasOwn(conversions, call.className) ? conversions[call.className] : undefined;
  if (!conversion) {
    return refuseLayer(
      call,
      `cannot be trained here: there is no layer of that kind. Build the model from ${convertibleClasses.join(", ")}, ${OWN_MODULE}.`,
    );
  }
  const parsed = layerSchema.safeParse({ ...conversion(call), name, inputs });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") ?? "";
  return refuseLayer(
    call,
    `cannot be converted: ${place ? `${place}: ` : ""}${issue?.message}. Change it, ${OWN_MODULE}.`,
  );
}

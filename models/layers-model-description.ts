// A Keras-style network as plain data: every call of a layer with its configuration, shapes and weights. It is what a tfjs
// LayersModel is reduced to before anything is counted, so that whoever counts needs no TensorFlow.

/** Sizes without the batch dimension, e.g. [height, width, channels]. */
export type Shape = readonly number[];

/** One call of a layer on its inputs. A layer that is called twice has two of them. */
export interface LayerCall {
  /** Keras' class name, e.g. "Conv2D"; a user's own layer has its own. */
  readonly className: string;
  readonly name: string;
  /** The layer's configuration with the keys of TensorFlow.js (camelCase); empty for a nested model. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputShapes: readonly Shape[];
  readonly outputShapes: readonly Shape[];
  /** All weights of the layer, those of `inner` included. */
  readonly parameterCount: number;
  /** Those that have a gradient: not moving statistics, nothing of a frozen layer. */
  readonly trainableParameterCount: number;
  /** False for the second and later calls of a shared layer, which brings no new weights. */
  readonly isFirstCall: boolean;
  /** Whether it yields an output of the whole model, on which the loss works. */
  readonly isModelOutput: boolean;
  /**
   * The calls inside: a nested model's layers, a recurrent layer's cells (with the shapes of one time step), the layer in a
   * TimeDistributed (likewise), the forward and the backward layer of a Bidirectional.
   */
  readonly inner: readonly LayerCall[];
}

/** A whole network. Input layers are no calls; their shapes are `inputShapes`. */
export interface LayersModelDescription {
  readonly modelName: string;
  readonly inputShapes: readonly Shape[];
  /** In an order in which they can run. */
  readonly calls: readonly LayerCall[];
  /** All weights, each once, moving statistics included: what travels between aggregator and client. */
  readonly parameterCount: number;
}

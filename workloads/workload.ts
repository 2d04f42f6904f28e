// What a client computes and moves in one round, as numbers that depend on the network and the training settings only.

/** Arithmetic of the heavy layers. Bytes move in it too: fp16 and bf16 halve them. */
export type NumericPrecision = "fp32" | "tf32" | "fp16" | "bf16";

/** Work of one layer for one example, forward pass. One multiply-add counts as 2 FLOP. */
export interface LayerCost {
  readonly layerName: string;
  /** How its multiply-adds run on a GPU; "elementwise" has (almost) none and only moves bytes. */
  readonly kind: "dense" | "grouped" | "depthwise" | "elementwise";
  readonly forwardMultiplyAdds: number;
  /** Parameters of its own, counted once however often it runs. */
  readonly parameterCount: number;
  readonly inputElements: number;
  readonly outputElements: number;
  /** Operators that a framework dispatches for the layer: a convolution with bias and ReLU is 2 (the bias is fused). */
  readonly operatorCount: number;
  /** How often all of the above runs for one example: a recurrent layer once per time step. Absent is once. */
  readonly runsPerExample?: number;
  /** A product at several positions that is no convolution, so that no windows are copied for it: dense over a sequence, attention. */
  readonly isMatrixProduct?: boolean;
  /** Parameters that one run reads, where they are not its own: a shared layer's second call has none but reads them again. */
  readonly readParameterCount?: number;
}

/** The cost of one network, per example: the sum that a latency model needs. */
export interface ModelCost {
  readonly modelName: string;
  readonly layers: readonly LayerCost[];
  readonly parameterCount: number;
  /** Forward multiply-adds per example, by how they run. */
  readonly denseMultiplyAdds: number;
  readonly groupedMultiplyAdds: number;
  readonly depthwiseMultiplyAdds: number;
  /** Input plus output elements per example of convolutions and dense layers. */
  readonly heavyElements: number;
  /** Input plus output elements per example of all other operators. */
  readonly elementwiseElements: number;
  /** Parameters that convolutions and dense layers read in one forward pass, each time that they read them. */
  readonly heavyParameterCount: number;
  readonly heavyOperatorCount: number;
  readonly otherOperatorCount: number;
  /** Elements of one example, which travel from the host to the device in every step. */
  readonly inputElements: number;
  /** Bytes that training holds per example (outputs kept for the backward pass), fp32. */
  readonly activationBytesPerExample: number;
}

/** How a client trains in one round. */
export interface TrainingSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** 0 is plain SGD. */
  readonly momentum: number;
  /** FedProx: mu of the proximal term mu / 2 * ||w - w_global||^2 in every client's loss; absent is 0. */
  readonly proximalMu?: number | undefined;
}

/** One round's work, the same for every client but for its example count. */
export interface Workload {
  readonly model: ModelCost;
  readonly precision: NumericPrecision;
  readonly epochs: number;
  readonly batchSize: number;
  /** As in TrainingSettings: momentum keeps one more value per parameter on the device. Absent is plain SGD. */
  readonly momentum?: number | undefined;
  /** Bytes of the global model and of the update, headers included. */
  readonly downloadBytes: number;
  readonly uploadBytes: number;
}

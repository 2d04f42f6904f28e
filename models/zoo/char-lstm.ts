// Next-character networks: an embedding of 8, LSTMs, and a dense layer on the last state. The large one is that of McMahan et al. 2017
// (FedAvg, Shakespeare: two LSTMs of 256 units) as LEAF and Reddi et al. 2021 have it; the small one has a single LSTM of 128.

import { type Architecture, architectureSchema } from "../architecture.ts";
import type { DataShape, ZooNetwork } from "./zoo-network.ts";

const EMBEDDING_UNITS = 8;

/** One LSTM of 128 units: 81,104 parameters for 80 kinds of characters. */
export const makeCharLstm: ZooNetwork = (data) => characterNetwork("char-lstm", [128], data);

/** Two LSTMs of 256 units: 817,872 parameters for 80 kinds of characters. */
export const makeCharLstmLarge: ZooNetwork = (data) => characterNetwork("char-lstm-large", [256, 256], data);

function characterNetwork(
  name: string,
  units: readonly number[],
  { inputShape, classCount, vocabularySize = classCount }: DataShape,
): Architecture {
  return architectureSchema.parse({
    name,
    inputShape,
    layers: [
      { kind: "embedding", name: "embedding", inputDim: vocabularySize, outputDim: EMBEDDING_UNITS },
      ...units.map((count, index) => ({
        ...{ kind: "lstm", name: `lstm${index + 1}`, units: count },
        returnSequences: index < units.length - 1,
      })),
      { kind: "dense", name: "output", units: classCount, activation: "softmax" },
    ],
  });
}

// A small transformer encoder (Vaswani et al. 2017, section 3) that classifies a sequence of tokens: learnt positions, two blocks of 64
// units and four heads, the mean over all positions. Layers are normalised before they act (Xiong et al. 2020, arXiv 2002.04745), so
// that plain SGD trains it without a warm-up.

import { type NetworkBuilder, networkBuilder } from "../networks/network-builder.ts";
import type { ZooNetwork } from "./zoo-network.ts";

const UNITS = 64;
const HEADS = 4;
const BLOCKS = 2;
/** Four times the units, as in the paper. */
const HIDDEN_UNITS = 256;

/** 115,536 parameters for 80 tokens of 80 kinds in 80 classes. */
export const makeTransformerEncoder: ZooNetwork = ({ inputShape, classCount, vocabularySize = classCount }) => {
  const network = networkBuilder("transformer-encoder", inputShape);
  network.append({ kind: "embedding", name: "embedding", inputDim: vocabularySize, outputDim: UNITS });
  let value = network.append({ kind: "positionEmbedding", name: "positions" });
  for (let block = 1; block <= BLOCKS; block++) value = appendBlock(network, `block${block}`, value);
  network.append({ kind: "layerNormalization", name: "norm" });
  network.append({ kind: "globalAveragePool1d", name: "pool" });
  network.append({ kind: "dense", name: "output", units: classCount, activation: "softmax" });
  return network.build();
};

/** Attention, then two dense layers, each beside a shortcut. @returns the block's last layer. */
function appendBlock(network: NetworkBuilder, name: string, input: string): string {
  network.append({ kind: "layerNormalization", name: `${name}.norm1` }, input);
  const attended = network.append({
    ...{ kind: "multiHeadAttention", name: `${name}.attention` },
    ...{ heads: HEADS, keyUnits: UNITS / HEADS },
  });
  const sum = network.append({ kind: "add", name: `${name}.add1` }, attended, input);
  network.append({ kind: "layerNormalization", name: `${name}.norm2` });
  network.append({ kind: "dense", name: `${name}.dense1`, units: HIDDEN_UNITS, activation: "relu" });
  const dense = network.append({ kind: "dense", name: `${name}.dense2`, units: UNITS, activation: "linear" });
  return network.append({ kind: "add", name: `${name}.add2` }, dense, sum);
}

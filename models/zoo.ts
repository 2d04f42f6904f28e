// The networks that come with the package to be trained, as architecture data, and the one lookup of a network by its name. A
// new one is one entry of `networks` (recipe: CONTRIBUTING).

import { ProbSelectError } from "../foundation/errors.ts";
import { type Architecture, shapeLayers } from "./architecture.ts";
import { publishedNetwork, publishedNetworkNames } from "./networks/published-networks.ts";
import { makeCharLstm, makeCharLstmLarge } from "./zoo/char-lstm.ts";
import { fittedNetworks } from "./zoo/fitted-networks.ts";
import { makeMobilenetV2, makeMobilenetV2Narrow } from "./zoo/mobilenet-v2.ts";
import { makeResnet20 } from "./zoo/resnet20.ts";
import { makeCnnSmall, makeLenet5, makeLogisticRegression, makeMlp } from "./zoo/small-networks.ts";
import { makeTransformerEncoder } from "./zoo/transformer-encoder.ts";
import { type DataShape, digits, smallPhotographs, text, type ZooNetwork } from "./zoo/zoo-network.ts";

export type { DataShape } from "./zoo/zoo-network.ts";

type Readable = "images" | "quantities" | "tokens";

interface Entry {
  readonly make: ZooNetwork;
  /** What it is for where nobody says. */
  readonly usual: DataShape;
  readonly reads: Readable;
}

const networks: Readonly<Record<string, Entry>> = {
  mlp: { make: makeMlp, usual: digits, reads: "quantities" },
  lenet5: { make: makeLenet5, usual: digits, reads: "images" },
  "cnn-small": { make: makeCnnSmall, usual: digits, reads: "images" },
  "logistic-regression": { make: makeLogisticRegression, usual: digits, reads: "quantities" },
  resnet20: { make: makeResnet20, usual: smallPhotographs, reads: "images" },
  "mobilenet-v2": { make: makeMobilenetV2, usual: smallPhotographs, reads: "images" },
  "mobilenet-v2-0.35": { make: makeMobilenetV2Narrow, usual: smallPhotographs, reads: "images" },
  "char-lstm": { make: makeCharLstm, usual: text, reads: "tokens" },
  "char-lstm-large": { make: makeCharLstmLarge, usual: text, reads: "tokens" },
  "transformer-encoder": { make: makeTransformerEncoder, usual: text, reads: "tokens" },
};

/** Every network of the zoo by its name, for the data that it is usually for. */
export const zoo: Readonly<Record<string, Architecture>> = Object.fromEntries(
  Object.entries(networks).map(([name, { make, usual }]) => [name, make(usual)]),
);

const known = (name: string) => zoo[name] as Architecture;
export const mlp = known("mlp");
export const lenet5 = known("lenet5");
export const cnnSmall = known("cnn-small");
export const logisticRegression = known("logistic-regression");
export const resnet20 = known("resnet20");
export const charLstm = known("char-lstm");
export const transformerEncoder = known("transformer-encoder");

/**
 * The zoo's network of that name, or the published one. resnet18 and vgg11 have a form for images of any size.
 *
 * @param data whose examples it is to read; by default what it is usually for, or was made for.
 * @throws {ProbSelectError} models.unknown-architecture, with the zoo's names; models.shape-mismatch for data that it cannot read:
 * tokens instead of images, say, or for most published networks what are no square images of three channels;
 * models.invalid-architecture for images that are too small.
 * @example findArchitecture("resnet18").inputShape // [224, 224, 3]
 * @example findArchitecture("lenet5", { inputShape: [32, 32, 3], classCount: 10 }).inputShape // [32, 32, 3]
 */
export function findArchitecture(name: string, data?: DataShape): Architecture {
  const entry = Object.hasOwn(networks, name) ? networks[name] : undefined;
  if (entry) return data ? fitted(name, entry, data) : known(name);
  if (publishedNetworkNames.includes(name)) return data ? resized(name, data) : publishedNetwork(name);
  throw new ProbSelectError(
    "models.unknown-architecture",
    `No model is named "${name}". Known models: ${Object.keys(networks).join(", ")}. ` +
      `There are also ${publishedNetworkNames.length} published networks, such as densenet121 (torchvision) and Xception (Keras): ` +
      '"probselect explain --models" lists them.',
  );
}

/** The very network of the zoo where the data are as usual. */
function fitted(name: string, { make, usual, reads }: Entry, data: DataShape): Architecture {
  requireReadable(name, reads, data);
  const isUsual =
    data.classCount === usual.classCount &&
    data.vocabularySize === usual.vocabularySize &&
    data.inputShape.join() === usual.inputShape.join();
  return isUsual ? known(name) : shaped(make(data));
}

function resized(name: string, data: DataShape): Architecture {
  const { inputShape, classCount } = data;
  requireReadable(name, "images", data);
  const make = Object.hasOwn(fittedNetworks, name) ? fittedNetworks[name] : undefined;
  if (make) return shaped(make(data));
  const [height, width, channels] = inputShape;
  if (height === width && channels === 3) return publishedNetwork(name, { imageSize: height, classCount });
  throw new ProbSelectError(
    "models.shape-mismatch",
    `The network ${name} takes square images of three channels, but the data set has examples of ${inputShape.join("x")}. ` +
      `Take one of ${namesThatRead("images").join(", ")}, or other data.`,
  );
}

/** @throws {ProbSelectError} models.invalid-architecture if a layer cannot take what reaches it. */
function shaped(architecture: Architecture): Architecture {
  shapeLayers(architecture);
  return architecture;
}

/** @throws {ProbSelectError} models.shape-mismatch */
function requireReadable(name: string, reads: Readable, { inputShape, vocabularySize }: DataShape): void {
  const found = vocabularySize !== undefined ? "tokens" : inputShape.length === 3 ? "images" : "quantities";
  if (found === reads || (found === "images" && reads === "quantities")) return;
  const examples = {
    tokens: `sequences of ${inputShape.join("x")} tokens`,
    images: `images of ${inputShape.join("x")}`,
    quantities: `examples of ${inputShape.join("x")} that are no ${reads}`,
  }[found];
  throw new ProbSelectError(
    "models.shape-mismatch",
    `The network ${name} reads ${reads}, but the data set has ${examples}. Take one of ` +
      `${namesThatRead(found).join(", ")}, or other data.`,
  );
}

/** What reads any quantities reads images too. */
function namesThatRead(found: Readable): readonly string[] {
  const fitting = Object.entries(networks).filter(
    ([, { reads }]) => reads === found || (found === "images" && reads === "quantities"),
  );
  return [...fitting.map(([name]) => name), ...(found === "images" ? Object.keys(fittedNetworks) : [])];
}

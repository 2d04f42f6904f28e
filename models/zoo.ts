// The networks that come with the package to be trained, as architecture data, and the one lookup of a network by its name. A
// new one is one entry of `networks` (recipe: CONTRIBUTING).

import { ProbSelectError } from "../foundation/errors.ts";
import type { Architecture } from "./architecture.ts";
import { publishedNetwork, publishedNetworkNames } from "./networks/published-networks.ts";
import { makeResnet20 } from "./zoo/resnet20.ts";
import { makeCnnSmall, makeLenet5, makeLogisticRegression, makeMlp } from "./zoo/small-networks.ts";
import { type DataShape, digits, smallPhotographs, type ZooNetwork } from "./zoo/zoo-network.ts";

export type { DataShape } from "./zoo/zoo-network.ts";

interface Entry {
  readonly make: ZooNetwork;
  /** What it is for where nobody says. */
  readonly usual: DataShape;
}

const networks: Readonly<Record<string, Entry>> = {
  mlp: { make: makeMlp, usual: digits },
  lenet5: { make: makeLenet5, usual: digits },
  "cnn-small": { make: makeCnnSmall, usual: digits },
  "logistic-regression": { make: makeLogisticRegression, usual: digits },
  resnet20: { make: makeResnet20, usual: smallPhotographs },
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

/**
 * The zoo's network of that name, or the published one.
 *
 * @param data whose examples it is to read; by default what it is usually for, or was made for.
 * @throws {ProbSelectError} models.unknown-architecture, with the zoo's names; models.shape-mismatch for a published network and
 * data that are no square images of three channels; models.invalid-architecture for images that are too small.
 * @example findArchitecture("resnet18").inputShape // [224, 224, 3]
 * @example findArchitecture("lenet5", { inputShape: [32, 32, 3], classCount: 10 }).inputShape // [32, 32, 3]
 */
export function findArchitecture(name: string, data?: DataShape): Architecture {
  const entry = Object.hasOwn(networks, name) ? networks[name] : undefined;
  if (entry) return data ? fitted(name, entry, data) : known(name);
  if (publishedNetworkNames.includes(name)) return data ? resized(name, data) : publishedNetwork(name);
  throw new ProbSelectError(
    "models.unknown-architecture",
    `No model is named "${name}". Known models: ${Object.keys(zoo).join(", ")}. There are also ` +
      `${publishedNetworkNames.length} published networks, such as resnet18 (torchvision) and ResNet18 (Keras); the ` +
      `package's publishedNetworkNames lists them.`,
  );
}

/** The very network of the zoo where the data are as usual. */
function fitted(name: string, { make, usual }: Entry, data: DataShape): Architecture {
  const isUsual = data.classCount === usual.classCount && data.inputShape.join() === usual.inputShape.join();
  return isUsual ? known(name) : make(data);
}

function resized(name: string, { inputShape, classCount }: DataShape): Architecture {
  const [height, width, channels] = inputShape;
  if (inputShape.length === 3 && height === width && channels === 3) {
    return publishedNetwork(name, { imageSize: height, classCount });
  }
  throw new ProbSelectError(
    "models.shape-mismatch",
    `The network ${name} takes square images of three channels, but the data set has examples of ${inputShape.join("x")}. ` +
      `Take one of ${Object.keys(zoo).join(", ")}, or other data.`,
  );
}

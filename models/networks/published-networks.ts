// Networks that others published and measured, by name: what a cost or a forecast can be asked for beyond the zoo. They are
// built when asked for.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { Architecture } from "../architecture.ts";
import { kerasNetworks } from "./keras/keras-networks.ts";
import type { NetworkOptions, PublishedNetwork } from "./network-builder.ts";
import { torchvisionNetworks } from "./torchvision/torchvision-networks.ts";

/** torchvision's names are in lower case, those of the Keras networks are not; no name is in both. */
const networks: Readonly<Record<string, PublishedNetwork>> = { ...torchvisionNetworks, ...kerasNetworks };

/** Every published network's name, torchvision's first. */
export const publishedNetworkNames: readonly string[] = Object.keys(networks);

/**
 * The published network of that name at a size.
 *
 * @param options.imageSize height and width of its images of three channels; by default the size for which it was made.
 * @param options.classCount by default what the measurements of that network use at that size.
 * @throws {ProbSelectError} models.unknown-architecture; models.invalid-architecture if the size or the count is not a positive
 * integer, or the images are too small or of a size that the network cannot take.
 * @example publishedNetwork("resnet18", { imageSize: 32, classCount: 10 }).inputShape // [32, 32, 3]
 */
export function publishedNetwork(name: string, options: NetworkOptions = {}): Architecture {
  const build = Object.hasOwn(networks, name) ? networks[name] : undefined;
  if (!build) {
    throw new ProbSelectError(
      "models.unknown-architecture",
      `No published network is named "${name}". Known ones: ${publishedNetworkNames.join(", ")}.`,
    );
  }
  for (const [what, value] of Object.entries(options)) {
    if (value === undefined || (Number.isInteger(value) && value > 0 && value <= MAXIMUM_SIZE)) continue;
    throw new ProbSelectError(
      "models.invalid-architecture",
      `The network ${name} cannot have ${what} ${value}. Give an integer from 1 to ${MAXIMUM_SIZE}.`,
    );
  }
  return build(options);
}

const MAXIMUM_SIZE = 1_000_000;

// `probselect explain --models`: the networks that --model knows by name, here and wherever else it is asked for.

import { kerasNetworks } from "../../models/networks/keras/keras-networks.ts";
import { torchvisionNetworks } from "../../models/networks/torchvision/torchvision-networks.ts";
import { zoo } from "../../models/zoo.ts";

export interface NamedModels {
  readonly zoo: readonly string[];
  readonly torchvision: readonly string[];
  readonly keras: readonly string[];
}

/** Every name, by where its network comes from. */
export const namedModels: NamedModels = {
  zoo: Object.keys(zoo),
  torchvision: Object.keys(torchvisionNetworks),
  keras: Object.keys(kerasNetworks),
};

/** The names for people, in lines of at most about 100 characters. */
export function modelsText(models: NamedModels = namedModels): string {
  return [
    "Networks of the package:",
    ...lines(models.zoo),
    "Published networks, as torchvision defines them:",
    ...lines(models.torchvision),
    "Published networks, as Keras defines them (upper and lower case matter):",
    ...lines(models.keras),
    "Your own: --model FILE, a tfjs model.json, a safetensors export or a module such as ./my-model.mjs.",
  ].join("\n");
}

function lines(names: readonly string[]): readonly string[] {
  const finished: string[] = [];
  for (const name of names) {
    const last = finished.at(-1);
    if (last !== undefined && last.length + name.length < 98) finished[finished.length - 1] = `${last}, ${name}`;
    else finished.push(`  ${name}`);
  }
  return finished.map((line, index) => (index < finished.length - 1 ? `${line},` : line));
}

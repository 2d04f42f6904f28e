// Populations by name, so that a scenario need not list devices and links. Shares and links are assumptions about who takes part
// where; devices are rows of the catalogue.

import { ProbSelectError } from "../../../foundation/errors.ts";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import type { FleetGroup, World } from "../scenario.ts";
import { FEDSCALE_LINK } from "./client-links.ts";
import { FEDSCALE_PHONES } from "./fedscale-phones.ts";

type GroupDraft = Omit<FleetGroup, "share">;

const datacentre: GroupDraft = { name: "datacentre", devices: ["datacentre"], links: ["datacentre"] };
const desktop: GroupDraft = { name: "desktop", devices: ["desktop"], links: ["home-broadband", "wifi"] };
/** Boards and phones. The catalogue's class "edge" also holds Apple's computers. */
const edge: GroupDraft = {
  name: "edge",
  devices: [
    ...gpuCatalogue.filter(({ name }) => name.startsWith("Jetson")).map(({ name }) => name),
    "Qualcomm Adreno 650 (Snapdragon 865)",
    "Qualcomm Adreno 740 (Snapdragon 8 Gen 2)",
  ],
  links: ["wifi", "lte", "5g"],
};
/**
 * Boards of the power that a small spacecraft has. A circular orbit 550 km up takes 5,740 s (2 pi sqrt(a^3 / mu), a = 6,921 km);
 * a pass of 600 s is an assumption: about what a ground station sees of it down to the horizon.
 */
const space: GroupDraft = {
  name: "space",
  devices: [
    "Jetson TX2",
    "Jetson Nano",
    "Jetson Xavier NX 8 GB",
    "Jetson Orin Nano 8 GB",
    "Jetson Orin NX 16 GB",
    "Jetson AGX Orin 32 GB",
  ],
  links: ["leo-satellite"],
  contact: { periodSeconds: 5_740, passSeconds: 600 },
};
const onMeasuredLines = (name: string, links: readonly string[]): GroupDraft => {
  return { name, devices: ["desktop", "laptop"], links: [...links] };
};

const populations: Readonly<Record<string, readonly (readonly [group: GroupDraft, share: number])[]>> = {
  datacentre: [[datacentre, 1]],
  desktop: [[desktop, 1]],
  edge: [[edge, 1]],
  space: [[space, 1]],
  mixed: [
    [datacentre, 25],
    [desktop, 25],
    [edge, 25],
    [space, 25],
  ],
  "edge-heavy": [
    [datacentre, 5],
    [desktop, 15],
    [edge, 60],
    [space, 20],
  ],
  "datacentre-heavy": [
    [datacentre, 60],
    [desktop, 25],
    [edge, 15],
  ],
  fedscale: [[{ name: "phones", devices: [FEDSCALE_PHONES], links: [FEDSCALE_LINK] }, 1]],
  "measured-desktop": [[onMeasuredLines("desktop-and-laptop", ["measured-wifi"]), 1]],
  "measured-5g": [[onMeasuredLines("desktop-and-laptop", ["measured-5g"]), 1]],
};

export const populationNames: readonly string[] = Object.keys(populations);

/**
 * The groups of the population of that name.
 *
 * @throws {ProbSelectError} experiments.invalid-scenario, with the known names.
 * @example findPopulation("mixed").map(({ name, share }) => [name, share]) // [["datacentre", 25], ["desktop", 25], ...]
 */
export function findPopulation(name: string): readonly FleetGroup[] {
  const found = Object.hasOwn(populations, name) ? populations[name] : undefined;
  if (found) return found.map(([group, share]) => ({ ...group, share }));
  throw new ProbSelectError(
    "experiments.invalid-scenario",
    `No population is named "${name}". Known: ${populationNames.join(", ")}; or list groups of your own.`,
  );
}

/** The groups that a fleet's description lists or names. @throws {ProbSelectError} as `findPopulation`. */
export function groupsIn({ population }: Pick<World["fleet"], "population">): readonly FleetGroup[] {
  return typeof population === "string" ? findPopulation(population) : population;
}

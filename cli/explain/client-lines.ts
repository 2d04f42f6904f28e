// The client of a run for people: device, evidence, link, and what its registration warned of.

import { counted } from "../../foundation/counted.ts";
import { formatEnergy } from "../../selection/quantities.ts";
import { formatCount, plainText } from "../../server/reporting/format-quantities.ts";
import type { Paint } from "../../server/reporting/paint.ts";
import { formatSpread } from "../link-options.ts";
import { deviceLines, factLines, linkRates, warningLines } from "./forecast-lines.ts";
import type { ClientFacts, RoundFacts } from "./run-facts.ts";

/** Nothing but a line that says so where the journal does not have its registration. */
export function clientLines(client: ClientFacts, paint: Paint): readonly string[] {
  const { device, tier, tierReason, link, labels, energy, unforecastable } = client;
  if (device === null || link === null) return factLines("device", "the journal does not have its registration");
  const evidence = { tier: tier ?? device.tier, tierReason: tierReason ?? device.tierReason };
  const backend = plainText(client.backend ?? "");
  const trains = client.isEmulated
    ? `emulated; what really trains is ${backend}`
    : `trains with ${plainText(client.backendReason ?? backend)}`;
  const spread = formatSpread({ link: { ...link, transferLogSigma: link.transferLogSigma ?? 0 } });
  return [
    ...factLines("device", ...deviceLines(device, evidence), trains),
    ...factLines("link", linkRates(link), spread),
    ...(labels.length === 0 ? [] : factLines("labels", labels.map(plainText).join(", "))),
    ...(energy === null ? [] : factLines("energy", `at most ${formatEnergy(energy.budgetJoules)} a round`)),
    ...warningLines("warning", unforecastable === null ? [] : [`It is never selected. ${unforecastable}`], paint),
    ...warningLines("warning", [...device.warnings, ...client.dataWarnings], paint),
  ];
}

/** What it was to train in the round. @example "lenet5 (61,706 parameters): 640 examples x 1 epoch in batches of 32, 20 steps" */
export function workLines({ work }: RoundFacts): readonly string[] {
  if (work === null) return [];
  const { modelName, parameterCount, exampleCount, heldExampleCount, epochs, batchSize, isSetByPolicy } = work;
  const held =
    heldExampleCount === null || heldExampleCount === exampleCount ? "" : `of its ${formatCount(heldExampleCount)} `;
  const steps = `${counted(work.stepCount, "step")}`;
  return factLines(
    "work",
    `${plainText(modelName)} (${counted(parameterCount, "parameter")}): ${formatCount(exampleCount)} ${held}examples x ` +
      `${counted(epochs, "epoch")} in batches of ${batchSize}, ${steps}`,
    ...(isSetByPolicy ? ["set by the policy for this client"] : []),
  );
}

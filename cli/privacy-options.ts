// Local differential privacy, as the command line of an agent states it.

import type { InferredOptionTypes, Options } from "yargs";
import type { PrivateReleases } from "../client/privacy/private-releases.ts";
import { wrongUsage } from "./wrong-usage.ts";

export const privacyOptions = {
  "privacy-clipping-norm": {
    type: "number",
    requiresArg: true,
    describe: "Local privacy: greatest L2 norm of an update's difference to the global model",
  },
  "privacy-noise-multiplier": {
    type: "number",
    requiresArg: true,
    describe: "Local privacy: standard deviation of the noise in each parameter, over the clipping norm",
  },
  "privacy-budget": {
    type: "number",
    requiresArg: true,
    describe: "Epsilon that all updates together may cost; tasks beyond it are refused (default: only counted)",
  },
  "privacy-delta": { type: "number", requiresArg: true, describe: "At which epsilon is stated (default 1e-5)" },
  "privacy-account": {
    type: "string",
    requiresArg: true,
    describe: "File that counts what was released (default: below ~/.local/state/probselect, by --id)",
  },
} as const satisfies Record<string, Options>;

const DEFAULT_DELTA = 1e-5;

export type GivenPrivacy = InferredOptionTypes<typeof privacyOptions> & { readonly id?: string | undefined };

/**
 * The account and the mechanism that were asked for; undefined if none was.
 *
 * @throws {ProbSelectError} cli.wrong-usage, naming the option; client.unusable-privacy-account.
 */
export async function statedPrivacy(given: GivenPrivacy): Promise<PrivateReleases | undefined> {
  const { "privacy-clipping-norm": clippingNorm, "privacy-noise-multiplier": noiseMultiplier } = given;
  const { "privacy-budget": budgetEpsilon, "privacy-delta": delta, "privacy-account": file } = given;
  if (clippingNorm === undefined || noiseMultiplier === undefined) {
    const isHalf = [clippingNorm, noiseMultiplier, budgetEpsilon, delta, file].some((value) => value !== undefined);
    if (!isHalf) return undefined;
    throw wrongUsage("Local privacy needs both --privacy-clipping-norm and --privacy-noise-multiplier.");
  }
  if (budgetEpsilon !== undefined && !(budgetEpsilon > 0 && Number.isFinite(budgetEpsilon))) {
    throw wrongUsage(`--privacy-budget must be an epsilon above 0, not ${budgetEpsilon}.`);
  }
  const accountFile = file ?? (await accountOf(given.id));
  const { ProbSelectError } = await import("../foundation/errors.ts");
  const { openPrivateReleases } = await import("../client/privacy/private-releases.ts");
  try {
    const settings = { clippingNorm, noiseMultiplier };
    return await openPrivateReleases({ settings, accountFile, delta: delta ?? DEFAULT_DELTA, budgetEpsilon });
  } catch (thrown) {
    if (!(thrown instanceof ProbSelectError) || thrown.code !== "models.invalid-privacy") throw thrown;
    throw wrongUsage(`--privacy-...: ${thrown.message}`, thrown);
  }
}

/** The default name of a client is another one after each start: an account of that name would forget. */
async function accountOf(id: string | undefined): Promise<string> {
  if (id === undefined) {
    throw wrongUsage(
      "Local privacy counts under the client's name, which must stay: give --id, or --privacy-account FILE.",
    );
  }
  const { stateFile } = await import("../client/state-file.ts");
  return stateFile(["privacy", `${id}.ndjson`]);
}

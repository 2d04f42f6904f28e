// What stands between a trained update and the network where local privacy is on: counts every release on the disk, gives the update its
// noise, and stops when the budget is spent.

import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import { type PrivacySpent, requireDelta } from "../../models/privacy/privacy-spent.ts";
import { createLocalPrivacy, type LocalPrivacySettings, localPrivacySpent } from "./local-privacy.ts";
import { appendRelease, type Release, readReleases } from "./release-account.ts";

export interface PrivateReleasesOptions {
  readonly settings: LocalPrivacySettings;
  /** The account, which need not exist. One file is one body of data: clients that train on the same examples share it. */
  readonly accountFile: string;
  /** At which epsilon is stated. */
  readonly delta: number;
  /** The account never goes beyond it; without one it only counts. */
  readonly budgetEpsilon?: number | undefined;
}

export interface TrainedUpdate {
  readonly global: ParameterSet;
  readonly trained: ParameterSet;
  /** For the account's line. */
  readonly named: Pick<Release, "run" | "model" | "task">;
}

export interface PrivateReleases {
  readonly budgetEpsilon: number | undefined;
  /** Of all releases in the account, those of other runs and aggregators included: the examples are the same. */
  spent(): PrivacySpent;
  /** Why there is no further release; undefined if there may be one. */
  refusal(): string | undefined;
  /**
   * The update that may leave the client; its release is on the disk then. Every call is a release of its own: send the result again
   * where a transfer has to be repeated.
   *
   * @throws {ProbSelectError} client.privacy-budget-spent, client.unusable-privacy-account, and as `LocalPrivacy.protect`. Nothing may
   * leave then.
   */
  release(update: TrainedUpdate): Promise<ParameterSet>;
}

/** @throws {ProbSelectError} client.unusable-privacy-account; models.invalid-privacy for a setting out of its range. */
export async function openPrivateReleases(options: PrivateReleasesOptions): Promise<PrivateReleases> {
  const { settings, accountFile, delta, budgetEpsilon } = options;
  const { clippingNorm, noiseMultiplier } = settings;
  const mechanism = createLocalPrivacy(settings);
  requireDelta(delta);
  const multipliersOnDisk = async () => (await readReleases(accountFile)).map((release) => release.noiseMultiplier);
  let multipliers = await multipliersOnDisk();
  const refusal = () => {
    if (budgetEpsilon === undefined) return undefined;
    const { epsilon: now, rounds } = localPrivacySpent(multipliers, delta);
    const { epsilon: next } = localPrivacySpent([...multipliers, noiseMultiplier], delta);
    if (next <= budgetEpsilon) return undefined;
    return (
      `The privacy budget of epsilon ${budgetEpsilon} at delta ${delta} allows no further release: ${counted(rounds, "release has", "releases have")} cost ${now.toPrecision(4)}, one ` +
      `more would make it ${next.toPrecision(4)}. This client's operator decides whether to raise --privacy-budget.`
    );
  };
  return {
    budgetEpsilon,
    spent: () => localPrivacySpent(multipliers, delta),
    refusal,
    async release({ global, trained, named }) {
      // Another process may have added to the account.
      multipliers = await multipliersOnDisk();
      const reason = refusal();
      if (reason !== undefined) throw new ProbSelectError("client.privacy-budget-spent", reason);
      const released = mechanism.protect(global, trained);
      await appendRelease(accountFile, { ...named, clippingNorm, noiseMultiplier });
      multipliers = [...multipliers, noiseMultiplier];
      return released;
    },
  };
}

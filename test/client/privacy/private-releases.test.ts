import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { localPrivacySpent } from "../../../client/privacy/local-privacy.ts";
import { openPrivateReleases, type PrivateReleasesOptions } from "../../../client/privacy/private-releases.ts";
import { readReleases } from "../../../client/privacy/release-account.ts";
import { tinyParameters } from "../../server/support/tiny-run.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
const update = {
  global: tinyParameters(0, 0, 0),
  trained: tinyParameters(1, 2, 3),
  named: { run: "r", model: "tiny", task: "r1-a" },
};
const open = (changes: Partial<PrivateReleasesOptions> = {}) =>
  openPrivateReleases({
    settings: { clippingNorm: 0.5, noiseMultiplier: 8 },
    accountFile: join(folder.path, "a.ndjson"),
    delta: 1e-5,
    ...changes,
  });

describe("private releases", () => {
  it("are counted on the disk before the update is handed out, each training as one", async () => {
    const releases = await open();
    expect(releases.spent()).toEqual({ epsilon: 0, delta: 1e-5, rounds: 0 });
    const [first, second] = [await releases.release(update), await releases.release(update)];
    expect(first.values).not.toEqual(second.values);
    expect(await readReleases(join(folder.path, "a.ndjson"))).toEqual(
      [update, update].map(({ named }) => ({ ...named, clippingNorm: 0.5, noiseMultiplier: 8 })),
    );
    expect(releases.spent()).toEqual(localPrivacySpent([8, 8], 1e-5));
  });

  it("are remembered by the next start, with other noise too", async () => {
    await (await open()).release(update);
    const later = await open({ settings: { clippingNorm: 2, noiseMultiplier: 6 } });
    await later.release(update);
    expect(later.spent()).toEqual(localPrivacySpent([8, 6], 1e-5));
  });

  it("end when one more would cost more than the budget, with a reason, and nothing is counted for it", async () => {
    // One release of multiplier 8 costs 0.926, two cost 1.356, three 1.698.
    const releases = await open({ budgetEpsilon: 1.5 });
    await releases.release(update);
    expect(releases.refusal()).toBeUndefined();
    await releases.release(update);
    expect(releases.refusal()).toMatch(/epsilon 1\.5 .* 2 releases have cost 1\.356, one more would make it 1\.698/);
    await expect(releases.release(update)).rejects.toMatchObject({ code: "client.privacy-budget-spent" });
    expect(releases.spent().rounds).toBe(2);
  });

  it("count what another process has released meanwhile", async () => {
    const [one, other] = [await open({ budgetEpsilon: 1 }), await open({ budgetEpsilon: 1 })];
    await one.release(update);
    expect(other.refusal()).toBeUndefined();
    await expect(other.release(update)).rejects.toMatchObject({ code: "client.privacy-budget-spent" });
    expect(other.refusal()).toBeDefined();
  });

  it("hand out nothing that could not be counted", async () => {
    await writeFile(join(folder.path, "file"), "");
    await expect(open({ accountFile: join(folder.path, "file", "a.ndjson") })).rejects.toMatchObject({
      code: "client.unusable-privacy-account",
    });
  });

  it.each([{ clippingNorm: 0 }, { noiseMultiplier: 0 }])("do not begin with %j", async (wrong) => {
    await expect(open({ settings: { clippingNorm: 0.5, noiseMultiplier: 8, ...wrong } })).rejects.toMatchObject({
      code: "models.invalid-privacy",
    });
  });

  it("do not begin with a delta that is none", async () => {
    await expect(open({ delta: 1 })).rejects.toMatchObject({ code: "models.invalid-privacy" });
  });
});

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { PrefixHashes } from "../../../client/transfer/prefix-hashes.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** Two parts of a million bytes, each of several slices, and one of 10. */
const file = Uint8Array.from({ length: 2_000_010 }, (_, index) => (index * 31) % 256);

describe("the hashes of an update", () => {
  it("are those of the file up to the end of each part, in whatever order they are asked for", async () => {
    const hashes = new PrefixHashes(file, 1_000_000);
    const [second, first, third] = await Promise.all([hashes.through(1), hashes.through(0), hashes.through(2)]);
    expect(first).toBe(sha256(file.subarray(0, 1_000_000)));
    expect(second).toBe(sha256(file.subarray(0, 2_000_000)));
    expect(third).toBe(sha256(file));
  });

  it("end with the whole's, which is known once it was asked for", async () => {
    const hashes = new PrefixHashes(file, 1_000_000);
    expect(hashes.wholeIfKnown).toBeUndefined();
    expect(await hashes.whole()).toBe(sha256(file));
    expect(hashes.wholeIfKnown).toBe(sha256(file));
  });

  it("has none for a part that does not exist", async () => {
    await expect(new PrefixHashes(file, 1_000_000).through(3)).rejects.toThrow("an update has no part 3");
  });
});

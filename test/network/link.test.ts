import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nominalTransferSeconds, transferSeconds } from "../../network/link.ts";

describe("nominalTransferSeconds", () => {
  const link = { downlinkBitsPerSecond: 8e6, uplinkBitsPerSecond: 4e6, roundTripSeconds: 0.05 };

  it("adds the download and the upload at their own rates, without the round trips", () => {
    // 1 MB down: 8e6 bit / 8e6 bit/s = 1 s. 3 MB up: 24e6 bit / 4e6 bit/s = 6 s.
    expect(nominalTransferSeconds(link, { downloadBytes: 1e6, uploadBytes: 3e6 })).toBe(7);
  });

  it("does not depend on the spread, which is of the factor on it", () => {
    const bytes = { downloadBytes: 1e6, uploadBytes: 1e6 };
    expect(nominalTransferSeconds({ ...link, transferLogSigma: 1 }, bytes)).toBe(nominalTransferSeconds(link, bytes));
  });

  it("is what both transfers take, less two round trips", () => {
    const positive = fc.double({ min: 1, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, positive, (downlink, uplink, downloadBytes, uploadBytes) => {
        const each = { downlinkBitsPerSecond: downlink, uplinkBitsPerSecond: uplink, roundTripSeconds: 0.5 };
        const both = transferSeconds(downloadBytes, downlink, 0.5) + transferSeconds(uploadBytes, uplink, 0.5);
        const nominal = nominalTransferSeconds(each, { downloadBytes, uploadBytes });
        expect(Math.abs(nominal + 1 - both)).toBeLessThanOrEqual(1e-12 * both);
      }),
    );
  });
});

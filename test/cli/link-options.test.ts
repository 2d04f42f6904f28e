import { describe, expect, it } from "vitest";
import { assumedLink, chosenLink, formatSpread, type LinkArguments, linkOptions } from "../../cli/link-options.ts";
import { fittedLinkSpread } from "../../network/fitted-link-spread.ts";
import { findLinkProfile } from "../../network/link-profiles.ts";

const nothing: LinkArguments = {
  link: undefined,
  downlinkMbps: undefined,
  uplinkMbps: undefined,
  roundTripMs: undefined,
  linkSpread: undefined,
};
const byHand = { ...nothing, downlinkMbps: 50, uplinkMbps: 10 };

describe("a link from the command line", () => {
  it("is a profile's, with the spread of its kind and where that comes from", () => {
    const chosen = chosenLink({ ...nothing, link: "wifi" });
    expect(chosen?.link).toEqual(findLinkProfile("wifi").link);
    expect(chosen?.link.transferLogSigma).toBe(fittedLinkSpread.wifi.kindLogSigma);
    expect(chosen?.spreadWhy).toMatch(/^of any line of the kind wifi: .*FLASH/);
  });

  it("by hand is assumed to be wired, and says so, with the spreads that were measured", () => {
    const chosen = chosenLink(byHand);
    expect(chosen?.link).toEqual({
      downlinkBitsPerSecond: 50e6,
      uplinkBitsPerSecond: 10e6,
      roundTripSeconds: 0.02,
      transferLogSigma: fittedLinkSpread.wired.lineLogSigma,
    });
    expect(chosen?.spreadWhy).toMatch(/^ASSUMED \(a wired line\).*--link-spread.*5G 0\.\d+$/);
  });

  it.each([
    ["a profile", { ...nothing, link: "wifi", linkSpread: 0.41 }],
    ["numbers", { ...byHand, linkSpread: 0.41 }],
  ])("takes the given spread over that of %s", (_, given) => {
    expect(chosenLink(given)).toMatchObject({ link: { transferLogSigma: 0.41 }, spreadWhy: "given by --link-spread" });
  });

  it.each([0, 3])("may have the spread %d", (linkSpread) => {
    expect(chosenLink({ ...byHand, linkSpread })?.link.transferLogSigma).toBe(linkSpread);
  });

  it.each([-0.01, 3.01, Number.NaN, Number.POSITIVE_INFINITY])("cannot have the spread %d", (linkSpread) => {
    expect(() => chosenLink({ ...byHand, linkSpread })).toThrow(
      expect.objectContaining({
        code: "cli.wrong-usage",
        message: `--link-spread must be from 0 to 3, not ${linkSpread}.`,
      }),
    );
  });

  it("has no spread without a link", () => {
    expect(() => chosenLink({ ...nothing, linkSpread: 1 })).toThrow(/--link-spread needs a link/);
    expect(chosenLink(nothing)).toBeUndefined();
  });

  it("that nobody named is assumed, with its spread and why", () => {
    const { link, why, spreadWhy } = assumedLink();
    expect(link.transferLogSigma).toBe(fittedLinkSpread.wired.kindLogSigma);
    expect(why).toMatch(/^ASSUMED/);
    expect(spreadWhy).toMatch(/kind wired: assumption/);
  });

  it.each(["http://127.0.0.1:7700", "https://localhost:7700", "http://[::1]:7700"])(
    "to an aggregator on this machine (%s) is assumed to be as fast as a network gets",
    (url) => {
      const { link, why } = assumedLink(url);
      expect(link.downlinkBitsPerSecond).toBe(10e9);
      expect(why).toBe(
        "ASSUMED (datacentre): the aggregator's address is this machine's own. If a tunnel leads elsewhere, say what it is with --link or --downlink-mbps",
      );
    },
  );

  it.each(["http://10.0.0.7:7700", "https://aggregator.example.org", "http://127.example.org"])(
    "to an aggregator elsewhere (%s) is assumed to be a consumer line",
    (url) => {
      expect(assumedLink(url).why).toMatch(/^ASSUMED \(home-broadband\)/);
    },
  );

  it("names the measured spreads in the option's help", () => {
    expect(linkOptions["link-spread"].describe).toContain(`Wi-Fi ${fittedLinkSpread.wifi.lineLogSigma}`);
  });
});

describe("the spread in words", () => {
  it.each([
    // e^-0.7 = 0.4966, e^0.7 = 2.0138.
    [0.7, "spread 0.7: two transfers in three take 0.5 to 2 times the nominal time"],
    [0, "spread 0: every transfer takes its nominal time"],
  ])("of %d is %j", (transferLogSigma, words) => {
    const link = { downlinkBitsPerSecond: 1, uplinkBitsPerSecond: 1, roundTripSeconds: 0, transferLogSigma };
    expect(formatSpread({ link })).toBe(words);
  });
});

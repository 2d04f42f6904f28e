import { describe, expect, it } from "vitest";
import { fittedLinkSpread } from "../../network/fitted-link-spread.ts";
import { MAXIMUM_TRANSFER_LOG_SIGMA, transferSeconds } from "../../network/link.ts";
import { findLinkProfile, linkProfiles } from "../../network/link-profiles.ts";

describe("the link profiles", () => {
  it("span the continuum from data centre to satellite", () => {
    expect(Object.keys(linkProfiles).sort()).toEqual(
      [
        "5g",
        "datacentre",
        "geo-satellite",
        "home-broadband",
        "leo-satellite",
        "lte",
        "office-fibre",
        "satellite-narrowband",
        "wifi",
      ].sort(),
    );
  });

  it.each(Object.entries(linkProfiles))("describe %s with positive figures and the source of each", (name, profile) => {
    const { downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds } = profile.link;
    expect(profile.name).toBe(name);
    expect(uplinkBitsPerSecond).toBeGreaterThan(0);
    expect(downlinkBitsPerSecond).toBeGreaterThanOrEqual(uplinkBitsPerSecond);
    expect(roundTripSeconds).toBeGreaterThan(0);
    expect(roundTripSeconds).toBeLessThan(1);
    expect(profile.description).not.toBe("");
    expect(profile.source).toMatch(/rates/);
    expect(profile.source).toMatch(/round trip/);
  });

  it.each(Object.entries(linkProfiles))("give %s the spread of its kind, with its source", (_, profile) => {
    const { kindLogSigma, source } = fittedLinkSpread[profile.kind];
    expect(profile.link.transferLogSigma).toBe(kindLogSigma);
    expect(profile.spreadSource).toBe(source);
    expect(kindLogSigma).toBeGreaterThan(0);
    expect(kindLogSigma).toBeLessThanOrEqual(MAXIMUM_TRANSFER_LOG_SIGMA);
  });

  it("vary from wired over Wi-Fi and LTE to 5G, and more between lines than on one", () => {
    const { wired, wifi, lte, "mobile-5g": mobile5g } = fittedLinkSpread;
    const order = [wired, wifi, lte, mobile5g].map(({ lineLogSigma }) => lineLogSigma);
    expect(order).toEqual(order.toSorted((first, second) => first - second));
    for (const { lineLogSigma, kindLogSigma } of Object.values(fittedLinkSpread)) {
      expect(kindLogSigma).toBeGreaterThanOrEqual(lineLogSigma);
    }
  });

  it("put no geostationary round trip below the speed of light", () => {
    // Ground to satellite to ground and back: 4 * 35,786 km / 299,792 km/s = 0.4775 s.
    expect(linkProfiles["geo-satellite"]?.link.roundTripSeconds).toBeGreaterThan(0.4775);
  });

  it("are in bits and seconds", () => {
    // 1 MB over the wifi profile: 0.03 s + 8e6 bit / 50e6 bit/s = 0.19 s.
    const { downlinkBitsPerSecond, roundTripSeconds } = findLinkProfile("wifi").link;
    expect(transferSeconds(1_000_000, downlinkBitsPerSecond, roundTripSeconds)).toBeCloseTo(0.19, 12);
  });
});

describe("findLinkProfile", () => {
  it("finds a profile by its name in any case", () => {
    expect(findLinkProfile(" LTE ")).toBe(linkProfiles.lte);
  });

  it.each([["carrier-pigeon"], ["toString"], [""]])("refuses %j and lists the names", (name) => {
    expect(() => findLinkProfile(name)).toThrow(
      expect.objectContaining({
        code: "selection.invalid-argument",
        message: expect.stringMatching(/Known: datacentre, office-fibre, .*geo-satellite/),
      }),
    );
  });
});

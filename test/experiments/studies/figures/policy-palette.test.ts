import { describe, expect, it } from "vitest";
import { palette } from "../../../../experiments/report/figures/palette.ts";
import { policyStyles } from "../../../../experiments/studies/figures/policy-palette.ts";

const known = [
  ...["probselect", "quorum", "fedlim", "random", "over-provision", "fedcs", "oort", "tifl", "e3cs", "refl"],
  ...["power-of-choice", "fixed-utilisation", "first-contact", "all", "oracle"],
];

/** Relative luminance of WCAG 2.1. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe("how policies are drawn", () => {
  it("each has a symbol of its own, so that colour is never alone", () => {
    const styles = policyStyles(known);
    expect(new Set(known.map((label) => styles(label).symbol)).size).toBe(known.length);
  });

  it("is the same in every study, whoever else is in it", () => {
    const alone = policyStyles(["oort"])("oort");
    expect(policyStyles([...known, "mine"])("oort")).toEqual(alone);
    expect(policyStyles(["mine", "yours", "oort"])("oort")).toEqual(alone);
  });

  it("gives labels that are no policies what nobody of the study has yet", () => {
    const labels = ["probselect", "quorum", ...Array.from({ length: 9 }, (_, index) => `setting ${index}`)];
    const styles = policyStyles(labels);
    expect(new Set(labels.map((label) => styles(label).symbol)).size).toBe(labels.length);
    expect(new Set(labels.map((label) => styles(label).colour)).size).toBe(labels.length);
  });

  it("draws a policy with other settings as the policy, but where both are there", () => {
    const usual = policyStyles(["probselect"])("probselect");
    expect(policyStyles(["fedlim", "probselect, any"])("probselect, any")).toEqual(usual);
    const both = policyStyles(["probselect, any", "probselect"]);
    expect(both("probselect")).toEqual(usual);
    expect(both("probselect, any").symbol).not.toBe(usual.symbol);
    expect(both("probselect, any").colour).not.toBe(usual.colour);
  });

  it("stands out from the page, light and dark", () => {
    const styles = policyStyles(known);
    for (const label of known) {
      const name = styles(label).colour.replace(/^var\(--(.+)\)$/, "$1");
      const shade = Object.entries(palette).find(([key]) => key === name)?.[1];
      expect(shade, label).toBeDefined();
      // WCAG asks 3 of graphics; the orange of Okabe and Ito has 2.2 on white, which its symbol and its label make up for.
      expect(contrast(shade?.light ?? "", palette.paper.light), label).toBeGreaterThan(label === "fedlim" ? 2.2 : 2.9);
      expect(contrast(shade?.dark ?? "", palette.paper.dark), label).toBeGreaterThan(3);
    }
  });
});

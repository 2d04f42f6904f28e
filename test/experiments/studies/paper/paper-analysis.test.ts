import { describe, expect, it } from "vitest";
import { analysePaper } from "../../../../experiments/studies/paper/paper-analysis.ts";
import { labels } from "../../../../experiments/studies/paper/paper-settings.ts";
import { paperRow } from "./support.ts";

const metricsOf = (sloComplianceMicro: number, wastedDeviceSecondsPerUpdate: number) => ({
  metrics: { sloComplianceMicro, wastedDeviceSecondsPerUpdate },
});

describe("the analysis of the paper's runs", () => {
  it("has measured links alone in what it says over all deadlines, and assumed ones among the settings", () => {
    const at = (links: string) => ({ part: "grid" as const, links });
    const rows = [
      paperRow({ policy: labels.fedlim, ...at("measured-wifi"), ...metricsOf(0.5, 10) }),
      paperRow({ policy: labels.probselect, ...at("measured-wifi"), ...metricsOf(0.75, 2) }),
      paperRow({ policy: labels.fedlim, ...at("office-fibre"), ...metricsOf(0.5, 10) }),
      paperRow({ policy: labels.probselect, ...at("office-fibre"), ...metricsOf(1, 0) }),
    ];
    const { overall, gains } = analysePaper(rows);
    // 0.75 - 0.5, 0.75 / 0.5 - 1 and 2 / 10 - 1; with fibre they would be 0.375, 0.75 and -0.9.
    expect(overall.compliancePoints?.estimate).toBeCloseTo(0.25, 12);
    expect(overall.complianceChange?.estimate).toBeCloseTo(0.5, 12);
    expect(overall.wasteChange?.estimate).toBeCloseTo(-0.8, 12);
    expect(gains.map(({ links }) => links)).toEqual(["measured-wifi", "office-fibre"]);
  });
});

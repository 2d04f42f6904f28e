// The study `calibration`: of all clients that could take part, how many were in time of those of whom some probability was said.

import { counted } from "../../../foundation/counted.ts";
import { comparisonTable } from "../common/comparison-sections.ts";
import { recordOf, type ScoredRow, scoredRows } from "../common/measured-rows.ts";
import { MEASURED_WIFI_TRUTH } from "../common/measured-worlds.ts";
import { runCells, seedCountOf, seedsFrom } from "../common/run-cells.ts";
import { groupsBy, meanEstimate, summaryRecord } from "../common/summaries.ts";
import { reliabilityCurveFigure } from "../figures/reliability-curve.ts";
import { pooledReliability } from "../statistics/forecast-metrics.ts";
import type { HeadlineFigure, Study, StudySection } from "../study.ts";
import { type CalibrationSetting, calibrationCells, laws, SEEDS } from "./calibration-settings.ts";

const truths = {
  L2: `${MEASURED_WIFI_TRUTH}; or fibre as stated (assumed)`,
  L1: "L1: a layer-wise model on a fleet of all classes",
} as const;

type Row = ScoredRow<CalibrationSetting>;

export const calibrationStudy: Study = {
  name: "calibration",
  summary: "what was said of every client against what was kept, by law and truth level",
  run: async (options) => {
    const seeds = seedsFrom(options.seed, options.seeds ?? SEEDS);
    const rows = scoredRows(await runCells(calibrationCells(seeds), options));
    const groups = groupsBy(rows, ["truth", "links", "law"]);
    return {
      title: "Said and kept",
      lead: `Everybody that can take part is asked, at four deadlines, ${counted(seeds.length, "seed")}: no policy chooses whose forecasts are scored.`,
      truth: `${truths.L2}; apart from it ${truths.L1}`,
      headline: groups
        .filter(({ setting }) => setting.law === "normal-utilisation")
        .flatMap((group): HeadlineFigure[] => {
          const found = meanEstimate(group, "expectedCalibrationError");
          const { truth = "", links = "" } = group.setting;
          const place = `${truth}, ${links}`;
          return found
            ? [
                {
                  ...found,
                  ...{ name: `expectedCalibrationError:${place}`, label: `Calibration error, ${place}` },
                  ...{ unit: "percent", note: "mean |said - kept| over bins of p" },
                },
              ]
            : [];
        }),
      sections: (["L2", "L1"] as const).map((level) => sectionOf(level, rows)),
      records: rows.map(recordOf),
      summary: groups.map((group) =>
        summaryRecord(group, ["meanProbabilitySaid", "shareKept", "expectedCalibrationError", "brierScoreOfBins"]),
      ),
    };
  },
};

function sectionOf(level: keyof typeof truths, rows: readonly Row[]): StudySection {
  const own = rows.filter(({ setting }) => setting.truth === level);
  const places = [...new Set(own.map(({ setting }) => setting.links))];
  const panels = places.flatMap((links) =>
    laws.map((law) => ({
      label: `${law}, ${links}`,
      series: law,
      counts: pooledReliability(
        own
          .filter(({ setting }) => setting.links === links && setting.law === law)
          .map(({ result }) => result.reliability),
      ),
    })),
  );
  return {
    title: `Truth ${level}`,
    paragraphs: [truths[level]],
    figures: [
      reliabilityCurveFigure({
        ...{ name: `reliability-${level}`, title: `Said against kept, ${level}`, truth: truths[level] },
        note: "All clients that can take part, pooled over workloads, deadlines and seeds.",
        seedCount: seedCountOf(own),
        panels,
        labels: laws,
      }),
    ],
    tables: [
      comparisonTable(groupsBy(own, ["links", "law"]), {
        caption: "Means over workloads, deadlines and seeds.",
        settingColumns: [
          { label: "links", of: ({ links }) => links ?? "" },
          { label: "law", of: ({ law }) => law ?? "" },
        ],
        metrics: [
          { metric: "meanProbabilitySaid", label: "said", unit: "percent" },
          { metric: "shareKept", label: "kept", unit: "percent" },
          { metric: "expectedCalibrationError", label: "calibration error", unit: "percent" },
          { metric: "brierScoreOfBins", label: "Brier", unit: "count" },
        ],
      }),
    ],
  };
}

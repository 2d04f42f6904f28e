// The study `ablation`: what each part of the quorum policy is worth, as measured and where sites fail together.

import { counted } from "../../../foundation/counted.ts";
import { comparisonMetrics, comparisonTable, shareFigure } from "../common/comparison-sections.ts";
import { recordOf, scoredRows } from "../common/measured-rows.ts";
import { MEASURED_WIFI_TRUTH } from "../common/measured-worlds.ts";
import { runCells, seedsFrom } from "../common/run-cells.ts";
import { groupsBy, meanEstimate, summaryRecord } from "../common/summaries.ts";
import type { HeadlineFigure, Study } from "../study.ts";
import {
  type AblationSetting,
  ablationCells,
  SEEDS,
  SITE_OUTAGE_PROBABILITY,
  SITES,
  variants,
} from "./ablation-settings.ts";

const TRUTH = `${MEASURED_WIFI_TRUTH}; that sites fail is assumed`;

const drawn = [
  { metric: "roundCompliance", name: "rounds", title: "Rounds with 20 updates in time", label: "rounds (%)" },
  { metric: "wasteShareDeviceSeconds", name: "waste", title: "Wasted device time", label: "device-seconds (%)" },
  { metric: "coverage", name: "coverage", title: "Clients that ever took part", label: "clients (%)" },
] as const;

export const ablationStudy: Study = {
  name: "ablation",
  summary: "quorum put together part by part, as measured and where sites fail together",
  run: async (options) => {
    const seeds = seedsFrom(options.seed, options.seeds ?? SEEDS);
    const rows = scoredRows(await runCells(ablationCells(seeds), options));
    const groups = groupsBy(rows, ["condition"]);
    const labels = variants.map(({ label }) => label);
    const condition = ({ condition: name }: Partial<AblationSetting>) => name ?? "";
    return {
      title: "What each part of quorum is worth",
      lead: `Four measured workloads, ${counted(seeds.length, "seed")} of 200 rounds, k = 20 of 300 clients; then the same where each of ${SITES} sites is cut off in one round of ${1 / SITE_OUTAGE_PROBABILITY}.`,
      truth: TRUTH,
      headline: groups
        .filter(({ setting }) => setting.condition === "as measured")
        .flatMap((group): HeadlineFigure[] => {
          const found = meanEstimate(group, "roundCompliance");
          const label = `${group.policy}: rounds with 20 updates`;
          return found
            ? [{ ...found, name: `roundCompliance:${group.policy}`, label, unit: "percent", note: "as measured" }]
            : [];
        }),
      sections: [
        {
          title: "Part by part",
          paragraphs: [
            "Each line adds to the one of less work for the slow, but for the first three, which build it up.",
          ],
          figures: drawn.map((figure) =>
            shareFigure(groups, {
              ...figure,
              note: "Mean over workloads and seeds.",
              seedCount: seeds.length,
              truth: TRUTH,
              labels,
              sectionOf: condition,
            }),
          ),
          tables: [
            comparisonTable(groups, {
              caption:
                "Said and kept are the round's probability: what the policy states of P(N >= k), and in how many of those rounds it came true.",
              settingColumns: [{ label: "condition", of: condition }],
              metrics: [
                { metric: "roundCompliance", label: "rounds", unit: "percent" },
                { metric: "meanStatedRoundProbability", label: "said", unit: "percent" },
                { metric: "keptRoundShare", label: "kept", unit: "percent" },
                { metric: "meanSelected", label: "asked", unit: "count" },
                { metric: "wasteShareDeviceSeconds", label: "waste", unit: "percent" },
                { metric: "jainIndex", label: "Jain", unit: "index" },
                { metric: "coverage", label: "coverage", unit: "percent" },
                { metric: "meanRoundSeconds", label: "round", unit: "seconds" },
              ],
            }),
          ],
        },
      ],
      records: rows.map(recordOf),
      summary: groups.map((group) => summaryRecord(group, comparisonMetrics)),
    };
  },
};

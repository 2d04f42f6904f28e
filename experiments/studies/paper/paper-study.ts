// The study `paper`: the two numbers of the abstract of arXiv 2511.08147 (+13.77 % SLO compliance, -72.5 % wasted compute) at truth level
// L2, the settings in which they appear and those in which they do not, and quorum against both at equal compliance of rounds.

import { recordOf, scoredRows } from "../common/measured-rows.ts";
import { runCells, seedsFrom } from "../common/run-cells.ts";
import { groupsBy, summaryRecord } from "../common/summaries.ts";
import type { Study } from "../study.ts";
import { analysePaper } from "./paper-analysis.ts";
import { paperReport } from "./paper-report.ts";
import { frontierCells, gridCells, limitCells, SEEDS } from "./paper-settings.ts";

export const paperStudy: Study = {
  name: "paper",
  summary: "ProbSelect against FedLim at equal budget, and quorum against both, on measured times and links",
  run: async (options) => {
    const seeds = seedsFrom(options.seed, options.seeds ?? SEEDS);
    const limits = limitCells(seeds, options.dataFolder !== undefined);
    const cells = [...gridCells(seeds), ...frontierCells(seeds), ...limits];
    const rows = scoredRows(await runCells(cells, options));
    const names = ["part", "links", "deadlineQuantile", "minimumProbability", "budget", "condition"];
    return {
      ...paperReport(rows, analysePaper(rows)),
      records: rows.map(recordOf),
      summary: groupsBy(rows, names).map((group) =>
        summaryRecord(group, [
          ...(["sloComplianceMicro", "roundCompliance", "emptyRoundShare", "meanSelected", "meanCompleted"] as const),
          ...(["wasteShareDeviceSeconds", "wasteShareFlop", "wasteShareJoules", "wasteShareBytes"] as const),
          ...(["wastedDeviceSecondsPerUpdate", "wastedDeviceSecondsPerRound", "jainIndex", "coverage"] as const),
        ]),
      ),
    };
  },
};

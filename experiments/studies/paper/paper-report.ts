// The study `paper` as a page: its sections, in figures and tables.

import { MEASURED_WIFI_TRUTH } from "../common/measured-worlds.ts";
import { seedCountOf } from "../common/run-cells.ts";
import type { StudyReport, StudySection } from "../study.ts";
import type { PaperRow } from "./paired-gains.ts";
import type { PaperAnalysis } from "./paper-analysis.ts";
import {
  equalComplianceFigure,
  frontierFigure,
  gainsFigure,
  limitsFigure,
  limitsRoundsFigure,
  overDeadlines,
} from "./paper-figures.ts";
import type { PaperSetting } from "./paper-settings.ts";
import { equalComplianceTable, gainsTable } from "./paper-tables.ts";
import { headlineOf, leadOf } from "./paper-words.ts";

const TRUTH = MEASURED_WIFI_TRUTH;
const WITH_FIBRE = `${TRUTH}; office fibre assumed`;

export function paperReport(
  rows: readonly PaperRow[],
  analysis: PaperAnalysis,
): Omit<StudyReport, "records" | "summary"> {
  return {
    title: "The paper's two numbers, on measured times",
    lead: leadOf(analysis),
    truth: TRUTH,
    headline: headlineOf(analysis),
    sections: [againstFedlim(rows, analysis), atEqualCompliance(rows, analysis), whereItBreaks(rows, analysis)],
  };
}

function againstFedlim(rows: readonly PaperRow[], { gains }: PaperAnalysis): StudySection {
  const truth = WITH_FIBRE;
  return {
    title: "Against FedLim at an equal budget",
    paragraphs: [
      "Both ask 20 clients a round: FedLim any 20, ProbSelect 20 drawn among those whose p reaches the threshold. Both see the same fleets with the same luck. A run in which ProbSelect asks nobody counts as 0 % compliance and as no waste avoided.",
      "The headline is of Wi-Fi alone. On office fibre, which was not measured, transfers go at the stated rates and only computing varies.",
    ],
    figures: [
      overDeadlines(rows, "sloComplianceMicro", {
        ...{ name: "slo-compliance", title: "Clients on time, over the deadline", label: "completed / selected (%)" },
        truth,
      }),
      overDeadlines(rows, "wasteShareDeviceSeconds", {
        ...{ name: "waste-share", title: "Wasted device time, over the deadline", label: "device-seconds (%)" },
        truth,
      }),
      gainsFigure(gains, "complianceChange", {
        ...{ name: "compliance-gains", title: "SLO compliance, relative to FedLim's", label: "change (%)" },
        ...{ truth, seedCount: seedCountOf(ofPart(rows, "grid")) },
      }),
      gainsFigure(gains, "wasteChange", {
        ...{ name: "waste-gains", title: "Wasted device-seconds an update, relative to FedLim's", label: "change (%)" },
        ...{ truth, seedCount: seedCountOf(ofPart(rows, "grid")) },
      }),
    ],
    tables: [gainsTable(gains)],
  };
}

function atEqualCompliance(rows: readonly PaperRow[], analysis: PaperAnalysis): StudySection {
  return {
    title: "Waste at equal compliance of rounds",
    paragraphs: [
      "A round complies if it brings 20 updates in time. Each family of policies is swept over its budget; what it wastes is read off where it complies at least as often as quorum does: as often where some budget gives that, else with the cheapest of its budgets, all of which comply more often. The others are so given the budget that only hindsight knows.",
      "Waste a round counts how many clients are asked: whoever asks all that qualify wastes many times as much as whoever asks 24 of them, and has many times the updates. Waste an update takes that out. Which of the two counts depends on whether updates beyond the twentieth are worth anything.",
    ],
    figures: [
      frontierFigure(rows, "perRound", TRUTH),
      frontierFigure(rows, "perUpdate", TRUTH),
      equalComplianceFigure(analysis, { truth: TRUTH, seedCount: seedCountOf(ofPart(rows, "frontier")) }),
    ],
    tables: [
      equalComplianceTable(analysis.equalCompliance, "quorum"),
      equalComplianceTable(analysis.withoutTurns, "quorum without turns"),
    ],
  };
}

function whereItBreaks(rows: readonly PaperRow[], { limits }: PaperAnalysis): StudySection {
  const truth = `${TRUTH}; conditions assumed`;
  return {
    title: "Where it breaks",
    paragraphs: [
      "One thing at a time is not as the forecaster believes, or worse than was measured (assumed).",
      "As measured, the Wi-Fi lines are kind to the forecaster: their rates are drawn from the log-normal law that it assumes, around the median that the client states. Where they are Weibull with the same mean and deviation (and, with --data, where they are traces of 5G) neither holds.",
    ],
    figures: [
      limitsRoundsFigure(rows, truth),
      limitsFigure(limits, { truth, seedCount: seedCountOf(ofPart(rows, "limits")) }),
    ],
    tables: [],
  };
}

function ofPart(rows: readonly PaperRow[], part: PaperSetting["part"]): readonly PaperRow[] {
  return rows.filter(({ setting }) => setting.part === part);
}

// The study `time-to-accuracy`: real training on MNIST and Fashion-MNIST, shared out evenly and by labels, while computers and links
// take their measured times. Accuracy against virtual time and against device time.

import { mean } from "simple-statistics";
import { counted } from "../../../foundation/counted.ts";
import { messageOf } from "../../../foundation/errors.ts";
import { seededRandom } from "../../../foundation/random-source.ts";
import { findDataset } from "../../../workloads/find-dataset.ts";
import type { World } from "../../simulation/scenario.ts";
import { PROBSELECT_ANY } from "../common/contenders.ts";
import { finalAccuracy, finalAccuracyRecord, meanFinalAccuracy } from "../common/final-accuracy.ts";
import { recordOf, type ScoredRow, scoredRows } from "../common/measured-rows.ts";
import { MEASURED_WIFI_TRUTH, measuredWorld, studyWorkloads } from "../common/measured-worlds.ts";
import { policyOf, runCells, type StudyCell, seedCountOf, seedsFrom } from "../common/run-cells.ts";
import { groupsBy, summaryRecord } from "../common/summaries.ts";
import { learningFigure } from "../figures/learning-curves.ts";
import { formatEstimate } from "../report/format-estimate.ts";
import { firstReaches, type LearningAxis, learningCurve } from "../statistics/learning-bands.ts";
import type { CellValue, HeadlineFigure, Study, StudySection } from "../study.ts";

const SEEDS = 5;
const ROUNDS = 60;
const CLIENTS = 100;
const REQUIRED_UPDATES = 10;
const COHORT = 13;
const TRUTH = `${MEASURED_WIFI_TRUTH}; gradients are really computed`;
const partitions = ["iid", "dirichlet:0.5", "dirichlet:0.1"] as const;
/** Accuracy that multinomial logistic regression reaches on each, evenly shared out, well within the rounds. */
const targets: Readonly<Record<string, number>> = { mnist: 0.85, "fashion-mnist": 0.75 };

type LearningSetting = {
  readonly dataset: string;
  readonly partition: string;
} & Readonly<Record<string, CellValue>>;

const policies = [
  policyOf("fedlim", { cohortSize: COHORT }),
  policyOf("over-provision", { cohortSize: REQUIRED_UPDATES, settings: { factor: 1.3 } }),
  policyOf("fedcs", { cohortSize: COHORT }),
  policyOf("oort", { cohortSize: COHORT }),
  policyOf("probselect", { label: PROBSELECT_ANY, cohortSize: COHORT, settings: { pick: "random" } }),
  policyOf("quorum", { settings: { requiredUpdates: REQUIRED_UPDATES } }),
];
const labels = policies.map(({ label }) => label);

export const timeToAccuracyStudy: Study = {
  name: "time-to-accuracy",
  summary:
    "real training on MNIST and Fashion-MNIST: accuracy against virtual time and device time (a quarter of an hour)",
  run: async (options) => {
    const seeds = seedsFrom(options.seed, options.seeds ?? SEEDS);
    const { present, missing } = await datasetsHere();
    const rows = scoredRows(await runCells(cellsOf(present, seeds), options));
    return {
      title: "Time to accuracy",
      lead: `Logistic regression, ${CLIENTS} clients, ${ROUNDS} rounds, ${counted(seeds.length, "seed")}; policies ask ${COHORT} clients, quorum as many as bring ${REQUIRED_UPDATES} updates.${missing}`,
      truth: TRUTH,
      headline: headlineOf(rows),
      sections: present.map((dataset) => sectionOf(dataset, rows)),
      records: rows.map((row) => ({ ...recordOf(row), finalAccuracy: finalAccuracy(row) })),
      summary: groupsBy(rows, ["dataset", "partition"]).map((group) => ({
        ...summaryRecord(group, ["sloComplianceMicro", "wasteShareDeviceSeconds", "totalSeconds", "jainIndex"]),
        ...finalAccuracyRecord(group),
      })),
    };
  },
};

/** The data sets that are installed, and a sentence about those that are not. */
async function datasetsHere(): Promise<{ readonly present: readonly string[]; readonly missing: string }> {
  const present: string[] = [];
  const reasons: string[] = [];
  for (const name of Object.keys(targets)) {
    try {
      await (await findDataset(name)).loadTrainingLabels();
      present.push(name);
    } catch (thrown) {
      reasons.push(` Left out: ${messageOf(thrown)}`);
    }
  }
  return { present, missing: reasons.join("") };
}

function cellsOf(datasets: readonly string[], seeds: readonly number[]): readonly StudyCell<LearningSetting>[] {
  return datasets.flatMap((dataset) =>
    partitions.flatMap((partition) =>
      seeds.flatMap((seed) =>
        policies.map((policy) => ({
          setting: { dataset, partition },
          world: worldFor(dataset, partition),
          policy,
          seed,
        })),
      ),
    ),
  );
}

function worldFor(dataset: string, partition: string): World {
  const world = measuredWorld({
    ...{ workload: studyWorkloads[0], links: "measured-wifi", deadlineQuantile: 0.7, minimumProbability: 0.8 },
    ...{ rounds: ROUNDS, fleetSize: CLIENTS, requiredUpdates: REQUIRED_UPDATES },
  });
  return {
    ...world,
    training: { ...world.training, epochs: 1, learningRate: 0.03 },
    learning: { dataset, partition, model: "logistic-regression", evaluateEveryRounds: 1 },
  };
}

function sectionOf(dataset: string, rows: readonly ScoredRow<LearningSetting>[]): StudySection {
  const own = rows.filter(({ setting }) => setting.dataset === dataset);
  const target = targets[dataset] ?? 0.8;
  const figure = (axis: LearningAxis) =>
    learningFigure({
      ...{ name: `${dataset}-${axis}`, title: `Test accuracy on ${dataset}`, note: "Mean over seeds.", truth: TRUTH },
      seedCount: seedCountOf(own),
      ...{ axis, target, labels, random: seededRandom(1, "learning", dataset, axis) },
      runs: own.map(({ setting, policy, result }) => ({
        ...{ series: policy.label, panel: setting.partition, curve: learningCurve(result.learningRounds, axis) },
      })),
    });
  return {
    title: dataset,
    paragraphs: [`The target is ${100 * target} % as a mean of five evaluations.`],
    figures: [figure("virtual-hours"), figure("device-hours")],
    tables: [
      {
        caption: "Hours until the target, mean over the seeds that reach it; accuracy after the last round.",
        columns: ["partition", "policy", "seeds that reach it", "virtual hours", "final accuracy"].map(
          (label, index) => ({
            label,
            align: index < 2 ? "left" : "right",
          }),
        ),
        rows: groupsBy(own, ["partition"]).map((group) => {
          const { setting, policy, rows: runs } = group;
          const reached = runs
            .map(({ result }) => firstReaches(learningCurve(result.learningRounds, "virtual-hours"), target))
            .filter((hours) => hours !== null);
          return [
            setting.partition ?? "",
            policy,
            `${reached.length} of ${runs.length}`,
            reached.length === 0 ? "–" : mean(reached).toFixed(2),
            formatEstimate(meanFinalAccuracy(group), "percent"),
          ];
        }),
      },
    ],
  };
}

function headlineOf(rows: readonly ScoredRow<LearningSetting>[]): readonly HeadlineFigure[] {
  return groupsBy(rows, ["dataset", "partition"]).flatMap((group): HeadlineFigure[] => {
    const place = `${group.setting.dataset}, ${group.setting.partition}, ${group.policy}`;
    const found = meanFinalAccuracy(group);
    if (found === null) return [];
    const { estimate, low, high } = found;
    const note = `after ${ROUNDS} rounds`;
    return [{ estimate, low, high, name: `finalAccuracy:${place}`, label: place, unit: "percent", note }];
  });
}

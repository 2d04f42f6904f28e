// The settings of the study `paper`: what is varied, over how many fleets, and who is compared.

import type { PolicyChoice, World } from "../../simulation/scenario.ts";
import { budgetOf, PROBSELECT_ANY } from "../common/contenders.ts";
import { measuredWorld, type StudyLinks, studyWorkloads } from "../common/measured-worlds.ts";
import { policyOf, type StudyCell } from "../common/run-cells.ts";
import type { CellValue } from "../study.ts";

/** k: a round is to bring so many updates, and whoever has an equal budget asks so many clients. */
export const REQUIRED_UPDATES = 20;
export const FLEET_SIZE = 300;
export const ROUNDS = 100;
export const SEEDS = 10;
/** Links whose rates were measured, line by line, and links that were not: those of the office keep what they state. */
export const MEASURED_LINKS = "measured-wifi" as const;
export const ASSUMED_LINKS = "office-fibre" as const;
export const deadlineQuantiles = [0.3, 0.5, 0.7, 0.85, 0.95] as const;
export const thresholds = [0.5, 0.8, 0.95] as const;
/** The package's own default, and a deadline that three clients in ten usually miss. */
export const USUAL_THRESHOLD = 0.8;
export const USUAL_QUANTILE = 0.7;

/** How figures and tables call the policies. */
export const labels = {
  fedlim: "fedlim",
  /** As many as FedLim asks, drawn among all with p >= p_slo: the paper's rule at an equal budget. */
  probselect: PROBSELECT_ANY,
  /** The paper's rule as published: all with p >= p_slo. */
  probselectAll: "probselect, all",
  /** As many, but the most probable of them. */
  probselectTop: "probselect, most probable",
  quorum: "quorum",
  /** The fewest, in the order of p: as unfair as the most probable. */
  quorumByProbability: "quorum, no turns",
  quorumCalibrated: "quorum, calibrated online",
  overProvision: "over-provision",
} as const;

export type PaperSetting = {
  readonly part: "grid" | "frontier" | "limits";
  readonly workload: string;
  readonly links: StudyLinks;
  readonly deadlineQuantile: number;
  /** Null: the policy does not look at it. */
  readonly minimumProbability: number | null;
  /** Clients asked, or the round's probability that is asked for: what the frontier is swept over. */
  readonly budget: number | null;
  /** What is not as measured. */
  readonly condition: string;
} & Readonly<Record<string, CellValue>>;

export type PaperCell = StudyCell<PaperSetting>;

const asMeasured = "as measured";

const fedlim = (asked: number) => policyOf("fedlim", { label: labels.fedlim, cohortSize: asked });
const probselect = (asked: number) =>
  policyOf("probselect", { label: labels.probselect, cohortSize: asked, settings: { pick: "random" } });
const probselectAll = policyOf("probselect", { label: labels.probselectAll });
const probselectTop = (asked: number) => policyOf("probselect", { label: labels.probselectTop, cohortSize: asked });
const quorum = (roundProbability = 0.95) =>
  policyOf("quorum", { label: labels.quorum, settings: { requiredUpdates: REQUIRED_UPDATES, roundProbability } });
const quorumCalibrated = (roundProbability = 0.95) =>
  policyOf("quorum", {
    label: labels.quorumCalibrated,
    settings: { requiredUpdates: REQUIRED_UPDATES, roundProbability, onlineCalibration: true },
  });
const quorumByProbability = (roundProbability: number) =>
  policyOf("quorum", {
    label: labels.quorumByProbability,
    settings: { requiredUpdates: REQUIRED_UPDATES, roundProbability, rotation: false, adaptiveWork: "off" },
  });
const overProvision = (factor: number) =>
  policyOf("over-provision", { label: labels.overProvision, cohortSize: REQUIRED_UPDATES, settings: { factor } });

/** Every deadline and threshold, on Wi-Fi; on fibre with the usual threshold only. */
export function gridCells(seeds: readonly number[]): readonly PaperCell[] {
  return studyWorkloads.flatMap((workload) =>
    seeds.flatMap((seed) =>
      ([MEASURED_LINKS, ASSUMED_LINKS] as const).flatMap((links) =>
        deadlineQuantiles.flatMap((deadlineQuantile) => {
          const place = {
            part: "grid",
            workload,
            links,
            deadlineQuantile,
            condition: asMeasured,
            budget: null,
          } as const;
          const strict = links === MEASURED_LINKS ? thresholds : [USUAL_THRESHOLD];
          return [
            cell({ ...place, minimumProbability: null }, fedlim(REQUIRED_UPDATES), seed),
            ...strict.flatMap((minimumProbability) =>
              [probselect(REQUIRED_UPDATES), probselectAll, quorum()].map((policy) =>
                cell({ ...place, minimumProbability }, policy, seed),
              ),
            ),
          ];
        }),
      ),
    ),
  );
}

const budgets = [20, 22, 24, 26, 30, 40] as const;
/** Of who chooses at random: more are late. */
const randomBudgets = [...budgets, 50] as const;
const roundProbabilities = [0.5, 0.8, 0.9, 0.95, 0.99] as const;
const factors = [1.3, 1.6, 2, 2.5] as const;

/** Each family of policies over its budget, at the usual deadline and threshold. */
export function frontierCells(seeds: readonly number[]): readonly PaperCell[] {
  const families: readonly (readonly [number | null, PolicyChoice])[] = [
    ...randomBudgets.map((asked) => [asked, fedlim(asked)] as const),
    ...factors.map((factor) => [factor, overProvision(factor)] as const),
    ...budgets.map((asked) => [asked, probselect(asked)] as const),
    ...budgets.map((asked) => [asked, probselectTop(asked)] as const),
    [null, probselectAll],
    ...roundProbabilities.map((probability) => [probability, quorum(probability)] as const),
    ...roundProbabilities.map((probability) => [probability, quorumByProbability(probability)] as const),
    ...roundProbabilities.map((probability) => [probability, quorumCalibrated(probability)] as const),
  ];
  return studyWorkloads.flatMap((workload) =>
    seeds.flatMap((seed) =>
      families.map(([budget, policy]) =>
        cell({ ...usual("frontier", workload), condition: asMeasured, budget }, policy, seed),
      ),
    ),
  );
}

export interface Condition {
  readonly name: string;
  /** Absent: those of the rest. */
  readonly links?: StudyLinks;
  readonly change: (world: World) => World;
}

const unchanged = (world: World) => world;

/** What is not as the forecaster believes, or not as it was measured. */
export const conditions: readonly Condition[] = [
  { name: asMeasured, change: unchanged },
  { name: "times believed half as long", change: believing({ timeFactor: 0.5 }) },
  { name: "times believed a third too short", change: believing({ timeFactor: 0.67 }) },
  { name: "times believed twice as long", change: believing({ timeFactor: 2 }) },
  { name: "spreads believed a quarter", change: believing({ spreadFactor: 0.25 }) },
  { name: "spreads believed double", change: believing({ spreadFactor: 2 }) },
  { name: "links believed as stated", change: believing({ linkSpread: false }) },
  { name: "Wi-Fi rates Weibull, not log-normal", links: "measured-wifi-weibull", change: unchanged },
  { name: "contention, 3 rounds in 10", change: disturbed({ contention: { probability: 0.3, least: 1.5, most: 3 } }) },
  { name: "heavy tails", change: disturbed({ heavyTailScale: 0.3 }) },
  { name: "5 % of links lost", change: disturbed({ lostLinkProbability: 0.05 }) },
  { name: "sites fail, 1 round in 20", change: failingSites },
  {
    name: "20 to 20,000 examples a client",
    change: (world) => ({ ...world, fleet: { ...world.fleet, examples: { least: 20, most: 20_000 } } }),
  },
];

/** Transfers over rates as they were measured, one after the other: traces of 5G, which the package may not contain. */
export const tracesCondition: Condition = { name: "5G traces, not Wi-Fi", links: "measured-5g", change: unchanged };

function believing(forecast: Partial<World["forecast"]>): (world: World) => World {
  return (world) => ({ ...world, forecast: { ...world.forecast, ...forecast } });
}

function disturbed(disturbances: Partial<World["disturbances"]>): (world: World) => World {
  return (world) => ({ ...world, disturbances: { ...world.disturbances, ...disturbances } });
}

function failingSites(world: World): World {
  return disturbed({ siteOutageProbability: 0.05 })({ ...world, fleet: { ...world.fleet, sites: 10 } });
}

/**
 * Half of the workloads and seeds: directions, not small differences. Who has an equal budget asks 1.3 k clients, so that rounds can have
 * their k updates at all.
 *
 * @param hasTraces whether the user has the traces of 5G.
 */
export function limitCells(seeds: readonly number[], hasTraces: boolean): readonly PaperCell[] {
  const budget = budgetOf(REQUIRED_UPDATES);
  const policies: readonly (readonly [number | null, PolicyChoice])[] = [
    [budget, fedlim(budget)],
    [budget, probselect(budget)],
    [null, probselectAll],
    [null, quorum()],
    [null, quorumCalibrated()],
  ];
  return studyWorkloads
    .filter((_, index) => index % 2 === 0)
    .flatMap((workload) =>
      seeds.slice(0, Math.max(1, Math.ceil(seeds.length / 2))).flatMap((seed) =>
        [...conditions, ...(hasTraces ? [tracesCondition] : [])].flatMap(({ name, change, links = MEASURED_LINKS }) =>
          policies.map(([asked, policy]) => {
            const setting = { ...usual("limits", workload), links, condition: name, budget: asked };
            const { world, ...rest } = cell(setting, policy, seed);
            return { ...rest, world: change(world) };
          }),
        ),
      ),
    );
}

function usual<Part extends PaperSetting["part"]>(part: Part, workload: string) {
  return {
    part,
    workload,
    links: MEASURED_LINKS,
    deadlineQuantile: USUAL_QUANTILE,
    minimumProbability: USUAL_THRESHOLD,
  };
}

function cell(setting: PaperSetting, policy: PolicyChoice, seed: number): PaperCell {
  const { workload, links, deadlineQuantile, minimumProbability } = setting;
  const world = measuredWorld({
    ...{ workload, links, deadlineQuantile, minimumProbability: minimumProbability ?? USUAL_THRESHOLD },
    ...{ rounds: ROUNDS, fleetSize: FLEET_SIZE, requiredUpdates: REQUIRED_UPDATES },
  });
  return { setting, world, policy, seed };
}

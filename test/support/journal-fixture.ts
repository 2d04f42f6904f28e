// A run's journal for tests, made through the real types: ten clients, six rounds, and every way in which a client or a round
// can end. Deterministic. Two clients have hostile names, as an edited journal or a lying driver might.

import type { PolicyReplay } from "../../experiments/replay/replay-policy.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import { standardNormalVariate } from "../../foundation/random-variates.ts";
import { roundForecast } from "../../selection/policy/round-forecast.ts";
import type {
  CatalogueDevice,
  LatencyForecast,
  ResolvedDevice,
  SelectionDecision,
  UncertaintyTier,
} from "../../selection/types.ts";
import { type ServerConfig, serverConfigSchema } from "../../server/config.ts";
import type { JournalEvent, JournalRecord, RunSummary } from "../../server/journal/events.ts";
import { roundMetrics } from "../../server/rounds/round-metrics.ts";
import type { ClientOutcome, EvaluationResult, RoundOutcome } from "../../server/rounds/types.ts";

export const HOSTILE_CLIENT = "<script>alert(1)</script>";
export const HOSTILE_REASON = `out of memory"><img src=x onerror=alert(2)> & 'quotes' </script>`;

interface FixtureClient {
  readonly clientId: string;
  /** null: the catalogue does not know it. */
  readonly gpu: string | null;
  readonly deviceClass: CatalogueDevice["deviceClass"];
  readonly tier: UncertaintyTier;
  readonly exampleCount: number;
  readonly transferSeconds: number;
  readonly computeSeconds: number;
  readonly peakFlopPerSecond: number;
}

const client = (
  clientId: string,
  gpu: string | null,
  deviceClass: CatalogueDevice["deviceClass"],
  tier: UncertaintyTier,
  [exampleCount, transferSeconds, computeSeconds, peakTeraflops]: readonly [number, number, number, number],
): FixtureClient => ({
  clientId,
  gpu,
  deviceClass,
  tier,
  exampleCount,
  transferSeconds,
  computeSeconds,
  peakFlopPerSecond: peakTeraflops * 1e12,
});

export const fixtureClients: readonly FixtureClient[] = [
  client("datacentre-1", "A100 PCIe 40 GB", "datacentre", "catalogue-nvidia", [1204, 0.2, 3.1, 19.5]),
  client("datacentre-2", "L4", "datacentre", "catalogue-nvidia", [861, 0.2, 4.2, 30.3]),
  client("desktop-1", "GeForce RTX 3090", "desktop", "catalogue-nvidia", [1450, 0.6, 5.4, 35.6]),
  client("desktop-2", "Radeon RX 6800", "desktop", "catalogue-other", [702, 0.9, 8.9, 16.2]),
  client("jetson-1", "Jetson AGX Orin 32 GB", "edge", "catalogue-nvidia", [933, 0.9, 12.4, 3.3]),
  client("jetson-2", "Jetson Orin Nano 8 GB", "edge", "catalogue-nvidia", [640, 2.4, 13.1, 1.28]),
  client("satellite-1", "Jetson Xavier NX 8 GB", "edge", "catalogue-nvidia", [480, 6.1, 17.0, 0.84]),
  client("satellite-2", "Jetson TX2", "edge", "catalogue-nvidia", [455, 21.5, 24.6, 0.67]),
  client("lab-unlisted", null, "desktop", "unknown", [510, 0.9, 9.6, 0]),
  client(HOSTILE_CLIENT, null, "desktop", "self-reported", [300, 0.9, 7.3, 4.1]),
];

const DEADLINE_SECONDS = 20;
const TIER_SPREAD: Readonly<Record<UncertaintyTier, number>> = {
  "measured-cell": 0.03,
  "same-gpu-other-batch": 0.18,
  probed: 0.22,
  "catalogue-nvidia": 0.29,
  "catalogue-other": 0.43,
  "self-reported": 0.43,
  unknown: 0.43,
};

export const fixtureConfig: ServerConfig = serverConfigSchema.parse({
  runName: "demo",
  rounds: 6,
  slo: { deadlineSeconds: DEADLINE_SECONDS, minimumProbability: 0.8 },
  clock: { kind: "emulated", emulatedSecondsPerWallSecond: 4 },
});

export function fixtureDevice(item: FixtureClient): ResolvedDevice {
  const reportedName = item.gpu ?? (item.tier === "unknown" ? "Frobnicator 9000 <b>Ti</b>" : "<svg/onload=alert(3)>");
  if (item.tier === "unknown") {
    const tierReason = `"${reportedName}" is not in the catalogue; the forecast is the mixture over all rows`;
    return {
      kind: "unknown",
      reportedName,
      tier: "unknown",
      tierReason,
      warnings: [`No row matches "${reportedName}".`],
    };
  }
  return {
    kind: "known",
    reportedName,
    device: {
      name: reportedName,
      deviceClass: item.deviceClass,
      vendor: item.tier === "catalogue-nvidia" ? "nvidia" : "other",
      architecture: "Fixture",
      peakFlopPerSecond: { fp32: item.peakFlopPerSecond },
      memoryBytes: 8 * 2 ** 30,
      sharesSystemMemory: false,
      memoryBandwidthBytesPerSecond: 3e11,
      boostClockHertz: null,
      thermalDesignWatts: null,
      source: "fixture",
      verification: "unverified",
    },
    tier: item.tier,
    tierReason: item.tier === "self-reported" ? "specs given by hand" : "catalogue row, specs only",
    warnings: [],
    isContradictory: false,
  };
}

/** A forecast whose probability follows from its parts: P(eta >= eta_th) with eta normal. */
export function fixtureForecast(item: FixtureClient, deadlineSeconds: number = DEADLINE_SECONDS): LatencyForecast {
  const half = item.transferSeconds / 2;
  const totalSeconds = item.transferSeconds + item.computeSeconds;
  const mean = 0.08;
  const standardDeviation = mean * TIER_SPREAD[item.tier];
  const left = deadlineSeconds - item.transferSeconds;
  const known = item.tier !== "unknown";
  const requiredUtilisation = left > 0 ? (mean * item.computeSeconds) / left : null;
  const z = requiredUtilisation === null ? -9 : (mean - requiredUtilisation) / standardDeviation;
  return {
    latencyModel: "roofline",
    tier: item.tier,
    tierReason: known ? "catalogue row, specs only" : "not in the catalogue",
    trainingFlop: item.exampleCount * 2.5e6,
    peakFlopPerSecond: known ? item.peakFlopPerSecond : null,
    utilisation: known ? { mean, standardDeviation } : null,
    atMeanUtilisation: {
      downloadSeconds: half,
      startSeconds: 0,
      computeSeconds: item.computeSeconds,
      uploadSeconds: half,
      totalSeconds,
    },
    computeTerms: null,
    computeLaw: known ? { kind: "normal-utilisation", relativeSigma: TIER_SPREAD[item.tier] } : null,
    transferLogSigma: 0,
    certainSeconds: 0,
    requiredUtilisation: known ? requiredUtilisation : null,
    // A logistic stand-in for the normal distribution function, within 0.01 of it: 1 / (1 + exp(-1.702 z)).
    deadlineProbability: 1 / (1 + Math.exp(-1.702 * z)),
    memory: { requiredBytes: 2e8, availableBytes: known ? 8 * 2 ** 30 : null, fits: true },
  };
}

function decide(item: FixtureClient, minimumProbability: number): SelectionDecision {
  const forecast = fixtureForecast(item);
  const p = forecast.deadlineProbability;
  const selected = p >= minimumProbability;
  if (selected) {
    return {
      clientId: item.clientId,
      selected,
      reasonCode: "selected",
      reason: `p = ${p.toFixed(3)} >= ${minimumProbability}`,
      forecast,
    };
  }
  const transferOnly = item.transferSeconds >= DEADLINE_SECONDS;
  return {
    clientId: item.clientId,
    selected,
    reasonCode: transferOnly ? "transfer-exceeds-deadline" : "below-probability",
    reason: transferOnly
      ? `transfers alone take ${item.transferSeconds} s of ${DEADLINE_SECONDS} s`
      : `p = ${p.toFixed(3)} < ${minimumProbability}`,
    forecast,
  };
}

/** How a selected client ends: its draw of the true duration, and the accidents that some rounds have. */
function endOf(item: FixtureClient, round: number): ClientOutcome {
  const { clientId, exampleCount } = item;
  const accident = ACCIDENTS[round]?.[clientId];
  const random = seededRandom(7, "fixture", clientId, round);
  const computeSeconds = item.computeSeconds * Math.exp(0.25 * standardNormalVariate(random));
  const latencySeconds = computeSeconds + item.transferSeconds;
  if (accident === "refused") {
    return { clientId, status: "refused", latencySeconds: 0.4, computeSeconds: 0, reason: "the agent is busy" };
  }
  if (accident === "failed") {
    return { clientId, status: "failed", latencySeconds: 2.1, computeSeconds: 1.7, reason: HOSTILE_REASON };
  }
  if (accident === "unresponsive") {
    const reason = "the connection was lost and did not come back within 5 s";
    return { clientId, status: "unresponsive", latencySeconds: 9.8, computeSeconds: 9.2, reason };
  }
  if (accident === "surplus") {
    const reason = `The round closed after ${CLOSING_SECONDS} s with the 7 updates that it waited for.`;
    const spent = CLOSING_SECONDS - item.transferSeconds / 2;
    return { clientId, status: "surplus", latencySeconds: CLOSING_SECONDS, computeSeconds: spent, reason };
  }
  if (accident === "late" || latencySeconds > DEADLINE_SECONDS) {
    const spent = DEADLINE_SECONDS - item.transferSeconds / 2;
    const reason = `no update by the deadline of ${DEADLINE_SECONDS} s`;
    return { clientId, status: "late", latencySeconds: DEADLINE_SECONDS, computeSeconds: spent, reason };
  }
  return { clientId, status: "completed", latencySeconds, computeSeconds, exampleCount, trainingLoss: 0.9 / round };
}

type Accident = "late" | "surplus" | "failed" | "unresponsive" | "refused";
const ACCIDENTS: Readonly<Record<number, Readonly<Record<string, Accident>>>> = {
  2: { "desktop-2": "late", [HOSTILE_CLIENT]: "failed" },
  3: { "datacentre-2": "unresponsive" },
  4: { "desktop-1": "refused", "jetson-1": "late" },
  6: { "jetson-2": "surplus" },
};
/** Round 6 closes with seven updates: when the slowest of the seven has come. */
const CLOSING_ROUND = 6;
const CLOSING_SECONDS = 14.4;

const ACCURACY = [0.612, 0.871, 0.918, 0.941, 0.941, 0.957];
/** Round 5 asks for a probability that nobody reaches, so nobody is selected. */
const NOBODY_ROUND = 5;

function roundEvents(round: number): { readonly events: readonly JournalEvent[]; readonly outcome: RoundOutcome } {
  const slo = { deadlineSeconds: DEADLINE_SECONDS, minimumProbability: round === NOBODY_ROUND ? 1 : 0.8 };
  const decisions = fixtureClients.map((item) => decide(item, slo.minimumProbability));
  const selected = fixtureClients.filter((_, index) => decisions[index]?.selected);
  const clients = selected.map((item) => endOf(item, round));
  const accuracy = ACCURACY[round - 1] ?? 0;
  const evaluation: EvaluationResult = { accuracy, loss: 1.2 * (1 - accuracy), exampleCount: 10_000 };
  const aggregated = clients.some(({ status }) => status === "completed");
  const outcome: RoundOutcome = {
    round,
    status: aggregated ? "aggregated" : "failed",
    ...(aggregated ? {} : { reason: "no client was selected" }),
    modelVersion: round,
    clients,
    metrics: roundMetrics(clients, aggregated),
    evaluation,
  };
  return {
    outcome,
    events: [
      {
        type: "round-planned",
        plan: {
          ...{ round, modelVersion: round - 1, policy: "probselect", slo, decisions },
          forecast: roundForecast(decisions, slo.deadlineSeconds, undefined),
          ...(round === CLOSING_ROUND ? { closesAfterUpdates: 7 } : {}),
        },
      },
      ...(aggregated
        ? [{ type: "round-clock-started" as const, round, heldWallSeconds: 3.2, notReadyClientIds: [] }]
        : []),
      ...clients.map((end): JournalEvent => ({ type: "client-ended", round, outcome: end })),
      { type: "round-finished", outcome, wallSeconds: 8.4 },
    ],
  };
}

/** Numbers the events and gives each a time, one second apart. */
export function toRecords(events: readonly JournalEvent[]): JournalRecord[] {
  return events.map((event, sequence) => ({
    ...event,
    sequence,
    time: new Date(Date.UTC(2026, 0, 5, 9, 0, sequence)).toISOString(),
  }));
}

/** The whole run: ten clients, six rounds. */
export function sampleJournal(): JournalRecord[] {
  const rounds = [1, 2, 3, 4, 5, 6].map(roundEvents);
  const metrics = rounds.map(({ outcome }) => outcome.metrics);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const summary: RunSummary = {
    runName: "demo",
    rounds: 6,
    failedRounds: 1,
    testAccuracy: 0.957,
    testLoss: 0.0516,
    sloCompliance: sum(metrics.map((item) => item.completedCount)) / sum(metrics.map((item) => item.selectedCount)),
    usefulDeviceSeconds: sum(metrics.map((item) => item.usefulDeviceSeconds)),
    wastedDeviceSeconds: sum(metrics.map((item) => item.wastedDeviceSeconds)),
    wallSeconds: 61.5,
    journal: "runs/demo/journal.ndjson",
    modelFile: "runs/demo/model-6.safetensors",
  };
  return toRecords([
    {
      type: "run-started",
      runName: "demo",
      probselectVersion: "0.1.0",
      config: fixtureConfig,
      clock: { kind: "emulated", emulatedSecondsPerWallSecond: 4 },
      parameterCount: 61_706,
    },
    ...fixtureClients.map((item): JournalEvent => {
      const device = fixtureDevice(item);
      return {
        type: "client-registered",
        clientId: item.clientId,
        report: { kind: "gpu", name: device.reportedName },
        device,
        link: { downlinkBitsPerSecond: 1e8, uplinkBitsPerSecond: 2e7, roundTripSeconds: 0.03 },
        exampleCount: item.exampleCount,
        backend: "wasm",
        emulated: true,
      };
    }),
    { type: "message-refused", clientId: null, code: "protocol.malformed-message", reason: "it is not a binary frame" },
    ...rounds.slice(0, 3).flatMap(({ events }) => events),
    { type: "client-disconnected", clientId: "datacentre-2", reason: "transport close" },
    ...rounds.slice(3).flatMap(({ events }) => events),
    { type: "run-finished", reason: "completed", summary },
  ]);
}

/** What another policy would have got: eight clients a round, of which the last two or three are late. */
export function sampleComparison(): PolicyReplay {
  const clientIds = fixtureClients.slice(0, 8).map(({ clientId }) => clientId);
  const rounds = [1, 2, 3, 4, 5, 6].map((round) => ({
    round,
    selected: clientIds,
    completed: clientIds.slice(0, 5 + (round % 2)),
    usefulDeviceSeconds: 40 + round,
    wastedDeviceSeconds: 30,
  }));
  return {
    policy: "fedlim",
    rounds,
    // (6 + 5 + 6 + 5 + 6 + 5) / 48
    sloCompliance: 33 / 48,
    // 6 * 40 + (1 + 2 + 3 + 4 + 5 + 6)
    usefulDeviceSeconds: 261,
    wastedDeviceSeconds: 180,
  };
}

// The candidates of a whole fleet as columns: what an aggregator's objects are to hundreds of clients, this is to millions.

import { stepCount, trainingFlop } from "../../workloads/round-workload.ts";
import type { Workload } from "../../workloads/workload.ts";
import { type CandidateColumns, type FleetDevice, forecastColumns } from "../latency/forecast-columns.ts";
import { memoryNeed } from "../latency/memory-need.ts";
import { roundModel, roundTimeLaw, START_SECONDS } from "../latency/round-model.ts";
import type { StepForecast, StepModel } from "../latency/step-forecast.ts";
import type { Candidate, ServiceLevelObjective } from "../types.ts";
import { largestWork, outlookOfLaw } from "./adapted-work.ts";
import type { AdaptedWorkRequest, CandidateTable, RoundTimes } from "./candidate-table.ts";
import { codeOf } from "./impossibility.ts";

const MEMORY = codeOf("insufficient-memory");
const TRANSFER = codeOf("transfer-exceeds-deadline");

export interface ColumnTableOptions {
  readonly stepModel: StepModel;
  /** The distinct devices of the fleet. */
  readonly devices: readonly FleetDevice[];
  readonly candidates: CandidateColumns;
  readonly workload: Workload;
  readonly slo: ServiceLevelObjective;
  /** The clients' numbers; without it their places: the whole fleet is there. */
  readonly slots?: Uint32Array | undefined;
  /** Needed with `slots`. */
  readonly fleetSize?: number | undefined;
  /** The clients' hashes (`hashText` of their ids); without it their numbers, which are as good a key. */
  readonly keys?: Uint32Array | undefined;
  readonly priorities?: Float64Array | null | undefined;
  readonly contactSeconds?: Float64Array | null | undefined;
  readonly groupsBy?: ((labelName: string) => Uint32Array | null) | undefined;
  /**
   * Whether what is asked for by other deadlines than the objective's is interpolated in a small fleet too: where the deadlines change
   * from round to round, as the online calibration has it.
   */
  readonly interpolatesOtherDeadlines?: boolean | undefined;
}

/**
 * The table of these candidates; their probabilities are computed at once, everything else when it is asked for.
 *
 * @throws {ProbSelectError} selection.invalid-argument, as `forecastColumns`.
 */
export function tableOfColumns(options: ColumnTableOptions): CandidateTable {
  const { candidates, slo } = options;
  const size = candidates.deviceIndices.length;
  const slots = options.slots ?? Uint32Array.from({ length: size }, (_, index) => index);
  const fleet = steps(options);
  const probabilitiesBy = (deadlineSeconds: number) =>
    probabilitiesOf(options, candidates.exampleCounts, options.workload, deadlineSeconds);
  return {
    size,
    fleetSize: options.fleetSize ?? size,
    slots,
    keys: options.keys ?? slots,
    exampleCounts: Float64Array.from(candidates.exampleCounts),
    probabilities: probabilitiesBy(slo.deadlineSeconds),
    impossibilities: impossibilitiesOf(options),
    priorities: options.priorities ?? null,
    contactSeconds: options.contactSeconds ?? null,
    times: () => timesOf(options, fleet()),
    probabilitiesBy,
    leastWorkProbabilities: (deadlineSeconds) => {
      const { batchSize } = options.workload;
      const single = candidates.exampleCounts.map((count) => Math.min(count, batchSize));
      return probabilitiesOf(options, single, { ...options.workload, epochs: 1 }, deadlineSeconds);
    },
    adaptedWork: (index, request) => adaptedWorkOf(options, fleet(), index, request),
    groupsBy: options.groupsBy ?? (() => null),
    candidateAt: (index) => {
      const candidate = candidateOf(options, index);
      return {
        candidate,
        // Rules read the names of a whole fleet, and none of its forecasts.
        get forecast() {
          return roundModel("columns", options.stepModel).forecast(candidate, options.workload, slo);
        },
      };
    },
  };
}

function probabilitiesOf(
  { stepModel, devices, candidates, contactSeconds, slo, interpolatesOtherDeadlines }: ColumnTableOptions,
  exampleCounts: Uint32Array,
  workload: Workload,
  deadlineSeconds: number,
): Float64Array {
  const probabilities = new Float64Array(exampleCounts.length);
  // A wait for contact is as certain as the two round trips of a round.
  const roundTripSeconds = contactSeconds
    ? candidates.roundTripSeconds.map((seconds, index) => seconds + (contactSeconds[index] as number) / 2)
    : candidates.roundTripSeconds;
  const columns = { ...candidates, exampleCounts, roundTripSeconds };
  const interpolates = interpolatesOtherDeadlines && deadlineSeconds !== slo.deadlineSeconds ? true : undefined;
  forecastColumns({ stepModel, devices, candidates: columns, workload, deadlineSeconds, probabilities, interpolates });
  return probabilities;
}

/** Memory is the device's, transfers are the link's. */
function impossibilitiesOf({ devices, candidates, workload, slo, contactSeconds }: ColumnTableOptions): Uint8Array {
  const { deviceIndices, downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds } = candidates;
  const fits = devices.map(
    ({ device }) => memoryNeed(workload, device.kind === "known" ? device.device.memoryBytes : null).fits,
  );
  const codes = new Uint8Array(deviceIndices.length);
  const downloadBits = 8 * workload.downloadBytes;
  const uploadBits = 8 * workload.uploadBytes;
  for (let index = 0; index < codes.length; index++) {
    const transfers =
      (contactSeconds?.[index] ?? 0) +
      2 * (roundTripSeconds[index] as number) +
      downloadBits / (downlinkBitsPerSecond[index] as number) +
      uploadBits / (uplinkBitsPerSecond[index] as number);
    if (!fits[deviceIndices[index] as number]) codes[index] = MEMORY;
    else if (transfers + START_SECONDS >= slo.deadlineSeconds) codes[index] = TRANSFER;
  }
  return codes;
}

/** The step of each device, computed once. */
function steps({ stepModel, devices, workload }: ColumnTableOptions): () => readonly StepForecast[] {
  let known: readonly StepForecast[] | undefined;
  return () => {
    known ??= devices.map(({ device, backend }) => stepModel(device, backend, workload));
    return known;
  };
}

function timesOf(
  { candidates, workload, contactSeconds }: ColumnTableOptions,
  fleet: readonly StepForecast[],
): RoundTimes {
  const { deviceIndices, exampleCounts, downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds } = candidates;
  const size = deviceIndices.length;
  const column = () => new Float64Array(size);
  const times = {
    downloadSeconds: column(),
    computeSeconds: column(),
    uploadSeconds: column(),
    trainingFlop: column(),
    peakFlopPerSecond: column(),
  };
  for (let index = 0; index < size; index++) {
    const step = fleet[deviceIndices[index] as number] as StepForecast;
    const examples = exampleCounts[index] as number;
    const roundTrip = roundTripSeconds[index] as number;
    const contact = contactSeconds?.[index] ?? 0;
    times.downloadSeconds[index] =
      contact + roundTrip + (8 * workload.downloadBytes) / (downlinkBitsPerSecond[index] as number) + START_SECONDS;
    times.uploadSeconds[index] = roundTrip + (8 * workload.uploadBytes) / (uplinkBitsPerSecond[index] as number);
    times.computeSeconds[index] = step.secondsPerStep * stepCount(workload, examples);
    times.trainingFlop[index] = trainingFlop(workload, examples);
    times.peakFlopPerSecond[index] = step.peakFlopPerSecond ?? Number.NaN;
  }
  return times;
}

function adaptedWorkOf(
  options: ColumnTableOptions,
  fleet: readonly StepForecast[],
  index: number,
  request: AdaptedWorkRequest,
) {
  const { workload, candidates } = options;
  const { batchSize, epochs } = workload;
  const candidate = candidateOf(options, index);
  const full = { exampleCount: candidate.exampleCount, epochs };
  const law = roundTimeLaw(fleet[candidates.deviceIndices[index] as number] as StepForecast, candidate, workload);
  const outlook = outlookOfLaw({ law, full, batchSize }, request.deadlineSeconds);
  return largestWork({ ...request, full, batchSize, outlook });
}

function candidateOf(options: ColumnTableOptions, index: number): Candidate {
  const { candidates, devices, contactSeconds, slots } = options;
  const { device, backend } = devices[candidates.deviceIndices[index] as number] as FleetDevice;
  return {
    clientId: `client-${slots?.[index] ?? index}`,
    device,
    backend,
    link: {
      downlinkBitsPerSecond: candidates.downlinkBitsPerSecond[index] as number,
      uplinkBitsPerSecond: candidates.uplinkBitsPerSecond[index] as number,
      roundTripSeconds: candidates.roundTripSeconds[index] as number,
      transferLogSigma: candidates.transferLogSigmas[index] as number,
    },
    exampleCount: candidates.exampleCounts[index] as number,
    contactSeconds: contactSeconds?.[index],
  };
}

// From a fleet file and the options beside it to the question that the selection service answers. What the options say wins.

import { z } from "zod";
import { readDocument } from "../../server/read-document.ts";
import {
  parseRequest,
  type SelectionServiceRequest,
  selectionRequestSchema,
} from "../../server/selection-service/request-schema.ts";
import { parseSettings } from "../settings-option.ts";
import { fromOption, wrongUsage } from "../wrong-usage.ts";

/** Options of the command line that a fleet file can state as well. Undefined: the file's, or the default. */
export interface FleetOptions {
  readonly policy?: string | undefined;
  readonly cohortSize?: number | undefined;
  /** JSON text. */
  readonly settings?: string | undefined;
  readonly deadlineSeconds?: number | undefined;
  readonly minimumProbability?: number | undefined;
  readonly epochs?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly momentum?: number | undefined;
  readonly round?: number | undefined;
  readonly seed?: number | undefined;
}

const { round, seed, cohortSize, settings, slo, training } = selectionRequestSchema.shape;
const optionsSchema = z.object({
  round: round.optional(),
  seed: seed.optional(),
  cohortSize,
  settings: settings.optional(),
  slo: slo.partial().optional(),
  training: training.optional(),
});

/** A round of its own, in which every policy may learn and take turns. */
const DRY_RUN = "dry-run";

/**
 * The question, checked.
 *
 * @param workload instead of the file's; a file without one is asked about lenet5.
 * @throws {ProbSelectError} cli.wrong-usage for the options; server.invalid-config, server.malformed-request for the file.
 */
export async function readFleetRequest(
  file: string,
  options: FleetOptions,
  workload: z.input<typeof selectionRequestSchema>["workload"] | undefined,
): Promise<SelectionServiceRequest> {
  const stated = statedOf(options);
  fromOption(() => parseRequest(optionsSchema, stated, "the options"));
  const read = await readDocument(file);
  const content = Array.isArray(read) ? { candidates: read } : read;
  if (!isObject(content)) return parseRequest(selectionRequestSchema, content, file);
  const merged = {
    runId: DRY_RUN,
    ...content,
    ...withoutUndefined({ policy: options.policy, ...stated }),
    workload: workload ?? content.workload ?? { model: "lenet5" },
    slo: { ...asObject(content.slo), ...stated.slo },
    training: { ...asObject(content.training), ...stated.training },
  };
  if (!("deadlineSeconds" in merged.slo)) {
    throw wrongUsage(`Give the round's deadline: --deadline-seconds 30, or slo: { deadlineSeconds: 30 } in ${file}.`);
  }
  return parseRequest(selectionRequestSchema, merged, file);
}

function statedOf(options: FleetOptions) {
  const { deadlineSeconds, minimumProbability, epochs, batchSize, momentum } = options;
  return {
    round: options.round,
    seed: options.seed,
    cohortSize: options.cohortSize,
    settings: options.settings === undefined ? undefined : parseSettings(options.settings),
    slo: withoutUndefined({ deadlineSeconds, minimumProbability }),
    training: withoutUndefined({ epochs, batchSize, momentum }),
  };
}

function withoutUndefined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

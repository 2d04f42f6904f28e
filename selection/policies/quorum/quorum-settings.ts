// What the quorum policy can be told. Each part can be switched off, but for the round's objective itself.

import { z } from "zod";
import { ProbSelectError } from "../../../foundation/errors.ts";

export const quorumSettings = z.strictObject({
  /** k: updates that the round is to bring; without it half of the feasible clients. */
  requiredUpdates: z.int().min(1).max(1e9).optional(),
  /** p_round: the least probability of at least k updates on time. */
  roundProbability: z.number().positive().lt(1).default(0.95),
  /** Whether only clients of p_i >= p_slo are asked, as the paper has it; else the round's probability alone counts. */
  keepsClientFloor: z.boolean().default(true),
  /** Asks in turns: deficit queues, so that no feasible client waits for ever. */
  rotation: z.boolean().default(true),
  /** How many rounds of waiting the difference between p_i = p_slo and p_i = 1 is worth. 0: only the wait counts. */
  patienceRounds: z.number().min(0).max(1e6).default(5),
  /** Whether a client that is too slow for the whole work is asked for less of it, and of what. */
  adaptiveWork: z.enum(["off", "examples", "epochs"]).default("examples"),
  /** Adapted work is cut until the client misses the deadline with at most this share of 1 - p_slo. */
  adaptedMissShare: z.number().positive().max(1).default(0.5),
  /** rho: how strongly clients that share a cause fail together; 0: they fail independently, as in the paper. */
  correlation: z.number().min(0).lt(1).default(0),
  /** Clients with the same value of this label share a cause: "site" for labels such as "site:berlin". */
  sharedCauseLabel: z.string().min(1).max(50).default("site"),
  /** Whether the round gets the shortest deadline, up to the objective's, at which it still reaches its quorum. */
  adaptiveDeadline: z.boolean().default(false),
  minimumDeadlineSeconds: z.number().min(0).max(1e9).default(0),
  /** Once the quorum stands, further clients are asked as long as the round's expected waste stays below this. */
  wasteBudgetDeviceSeconds: z.number().min(0).max(1e15).optional(),
  /** Learns one number from all rounds together: by how much times are longer than forecast. No default: it uses history. */
  onlineCalibration: z.boolean().default(false),
  /** gamma: how fast it learns. */
  calibrationRate: z.number().positive().max(10).default(0.5),
  /** What happens where not even all feasible clients reach the round's probability. */
  whenUnreachable: z.enum(["best-effort", "skip-round"]).default("best-effort"),
});

/** @throws {ProbSelectError} selection.invalid-argument for more required updates than the cohort has places. */
export function requireReachable(settings: QuorumSettings): QuorumSettings {
  const { requiredUpdates = 0, cohortSize = Number.POSITIVE_INFINITY } = settings;
  if (requiredUpdates <= cohortSize) return settings;
  throw new ProbSelectError(
    "selection.invalid-argument",
    `A cohort of at most ${cohortSize} never brings the ${requiredUpdates} updates that the policy "quorum" is to require. ` +
      "Raise the cohort size or lower requiredUpdates.",
  );
}

export type QuorumSettings = z.infer<typeof quorumSettings> & { readonly cohortSize: number | undefined };

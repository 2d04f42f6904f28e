// The questions of the selection service as schemas: who could be asked, for which work, by when. A fleet file of `probselect
// select` is the same question in YAML or JSON.

import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { schemaProblems } from "../../foundation/schema-problems.ts";
import { findLinkProfile, linkProfiles } from "../../network/link-profiles.ts";
import { deviceReportSchema, networkLinkSchema } from "../../protocol/messages.ts";
import { clientRulesSchema } from "../../selection/rules/client-rules.ts";
import { trainingSchema, workloadSchema } from "./workload-schema.ts";

/** A request of more is refused; a larger fleet is forecast in columns (`forecastColumns`), not over HTTP. */
export const MOST_CANDIDATES = 10_000;

const text = (maximum: number) => z.string().min(1).max(maximum);
/** Printed in terminals and journals, so without spaces and control characters. A number of 64 bits is given as a string. */
const clientId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, "A client's id is a string of 1 to 128 visible ASCII characters");

/** A GPU's name, or all that is known of the device; it is a GPU if nothing else is said. */
const device = z.preprocess((value, context) => {
  if (value === undefined) return refuse(context, 'It is missing: a GPU\'s name ("NVIDIA L4"), or an object with it');
  if (typeof value === "string") return { kind: "gpu", name: value };
  return typeof value === "object" && value !== null ? { kind: "gpu", ...value } : value;
}, deviceReportSchema);

/** The name of a profile, or rates. */
const link = z.preprocess((value, context) => {
  if (value === undefined) return refuse(context, `It is missing: ${Object.keys(linkProfiles).join(", ")}, or rates`);
  if (typeof value !== "string") return value;
  try {
    return findLinkProfile(value).link;
  } catch (thrown) {
    if (!(thrown instanceof ProbSelectError)) throw thrown;
    return refuse(context, thrown.message);
  }
}, networkLinkSchema);

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

const candidateSchema = z.strictObject({
  clientId,
  device,
  /** What trains on it: "pytorch" (without a name PyTorch's speed is assumed), "tensorflow-cuda", "wasm", ... */
  backend: text(50).optional(),
  link,
  exampleCount: z.int().min(1).max(1e9),
  labels: z.array(text(50)).max(32).default([]),
  energy: z
    .strictObject({
      budgetJoules: z.number().positive().max(1e15),
      transferJoulesPerBit: z.number().min(0).max(1).optional(),
    })
    .optional(),
  contactSeconds: z.number().min(0).max(1e9).optional(),
  /** Its answers before this round, for a policy that needs them. */
  monitoring: z
    .strictObject({
      /** Of the current global model on its own data. */
      loss: z.number().optional(),
      staysNextRound: z.boolean().optional(),
    })
    .optional(),
});

const runId = z.string().regex(/^[\w.:-]{1,64}$/, "A run's id has 1 to 64 letters, digits and _ . : -");
const round = z.int().min(1).max(1e9);

function refuseTwins(clients: readonly { readonly clientId: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  clients.forEach(({ clientId: id }, index) => {
    const message = `The client "${id}" is there twice`;
    if (seen.has(id)) context.addIssue({ code: "custom", path: [index, "clientId"], message });
    seen.add(id);
  });
}

/** What a policy is made of: the same in all rounds of a run. */
const policyTermsSchema = z.strictObject({
  /** Without it the service's default. */
  policy: text(500).optional(),
  cohortSize: z.int().min(1).max(1e9).optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
  /** The operator's rules about clients (docs/rules.md). */
  rules: clientRulesSchema.optional(),
});

export type PolicyTerms = z.infer<typeof policyTermsSchema>;

export const selectionRequestSchema = policyTermsSchema.extend({
  /** Rounds of one id share the policy's memory: whose turn it is, what it learned. Without it each request stands alone. */
  runId: runId.optional(),
  round: round.default(1),
  /** The run's, the same in every round. */
  seed: z.int().default(1),
  slo: z.strictObject({
    deadlineSeconds: z.number().positive().max(1e9),
    minimumProbability: z.number().min(0).max(1).default(0.8),
  }),
  workload: workloadSchema,
  training: trainingSchema.prefault({}),
  candidates: z.array(candidateSchema).max(MOST_CANDIDATES).superRefine(refuseTwins),
});

/** The terms of a request's policy. */
export function policyTermsOf(request: SelectionServiceRequest): PolicyTerms {
  return policyTermsSchema.strip().parse(request);
}

export type SelectionServiceRequest = z.infer<typeof selectionRequestSchema>;
export type CandidateRequest = SelectionServiceRequest["candidates"][number];

export const feedbackRequestSchema = z.strictObject({
  runId,
  feedback: z.strictObject({
    /** The last that was decided. */
    round,
    /** From dispatch to the round's end; without it the longest latency. */
    roundSeconds: z.number().min(0).max(1e9).optional(),
    /** Those that were selected; who is left out counts as neither on time nor late. */
    clients: z
      .array(
        z.strictObject({
          clientId,
          onTime: z.boolean(),
          latencySeconds: z.number().min(0).max(1e9),
          exampleCount: z.int().min(0).max(1e9),
          trainingLoss: z.number().nullable().default(null),
          /** sqrt(mean of the examples' squared losses), for a policy that uses it. */
          rootMeanSquareLoss: z.number().nullable().default(null),
        }),
      )
      .max(MOST_CANDIDATES)
      .superRefine(refuseTwins),
  }),
});

export type FeedbackRequest = z.infer<typeof feedbackRequestSchema>;

/**
 * A question or an answer to one, checked.
 *
 * @param source how the errors name it: a file; "" for a request.
 * @throws {ProbSelectError} server.malformed-request, one line per problem: path and what is wrong.
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, content: unknown, source = ""): z.infer<Schema> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const start = source === "" ? "" : `${source}: `;
  const { issues } = parsed.error;
  const problems = schemaProblems(issues.slice(0, MOST_PROBLEMS), schema, content);
  const shown = problems.slice(0, MOST_PROBLEMS).map(({ path, message }) => {
    return `${start}${path.length > 0 ? `${path.join(".")}: ` : ""}${/[.?]$/.test(message) ? message : `${message}.`}`;
  });
  const hidden = problems.length - shown.length + Math.max(0, issues.length - MOST_PROBLEMS);
  const lines = hidden > 0 ? [...shown, `${start}and ${hidden} more.`] : shown;
  throw new ProbSelectError("server.malformed-request", lines.join("\n"), { cause: parsed.error });
}

const MOST_PROBLEMS = 20;

// What a user's `select` returned, checked: a list of clients, each known and named once, with work that they can be asked for.

import { z } from "zod";
import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { SelectionRequest } from "../policy/policy.ts";
import type { ClientWork } from "../types.ts";

/** One client to ask: its id, or more about it. */
export type OwnChoice =
  | string
  | {
      readonly clientId: string;
      /** Completes "Selected: ..."; without it the probability is said. */
      readonly reason?: string | undefined;
      /** Less work than the run's settings: examples of an epoch, at most what the client holds. */
      readonly exampleCount?: number | undefined;
      readonly epochs?: number | undefined;
    };

export interface ReadChoice {
  readonly reason: string | undefined;
  /** Undefined: all of it. */
  readonly work: ClientWork | undefined;
}

const choiceSchema = z.strictObject({
  clientId: z.string(),
  reason: z.string().trim().min(1).max(1000).optional(),
  exampleCount: z.int().min(1).optional(),
  epochs: z.int().min(1).optional(),
});

type FullChoice = z.infer<typeof choiceSchema>;

const WANTED =
  "It must return the clients to ask, each once: a list of ids, or of { clientId, reason?, exampleCount?, epochs? }.";

/** @param problem completes "The policy NAME ...". */
export function refusal(name: string, problem: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("selection.invalid-argument", `The policy ${name} ${problem}`, { cause });
}

/**
 * The choices by the candidates' indices.
 *
 * @throws {ProbSelectError} selection.invalid-argument, with the entry that is not usable and what to return.
 */
export function readChoices(name: string, answer: unknown, request: SelectionRequest): ReadonlyMap<number, ReadChoice> {
  if (!Array.isArray(answer)) throw refusal(name, `returned ${inShort(answer)}, which is no list. ${WANTED}`);
  const { candidates } = request;
  const indices = new Map<string, number>();
  for (let index = 0; index < candidates.size; index++) {
    indices.set(candidates.candidateAt(index).candidate.clientId, index);
  }
  const choices = new Map<number, ReadChoice>();
  // Holes of a sparse list count as entries.
  for (const entry of Array.from<unknown>(answer)) {
    const choice = readChoice(name, entry);
    const index = indices.get(choice.clientId);
    const id = inShort(choice.clientId);
    if (index === undefined)
      throw refusal(name, `returned ${id}, which is nobody of ${counted(candidates.size, "candidate")}.`);
    if (choices.has(index)) throw refusal(name, `returned ${id} twice. ${WANTED}`);
    const work = workOf(name, choice, () => fullWork(request, index));
    choices.set(index, { reason: choice.reason?.replace(/\.$/, ""), work });
  }
  return choices;
}

function readChoice(name: string, entry: unknown): FullChoice {
  const parsed = choiceSchema.safeParse(typeof entry === "string" ? { clientId: entry } : entry);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join(".")}: ${message}` : message,
  );
  throw refusal(name, `returned an entry ${inShort(entry)} that cannot be read: ${problems.join("; ")}. ${WANTED}`);
}

/** @returns undefined where the whole work is asked for. */
function workOf(name: string, choice: FullChoice, fullWork: () => ClientWork): ClientWork | undefined {
  if (choice.exampleCount === undefined && choice.epochs === undefined) return undefined;
  const full = fullWork();
  const { exampleCount = full.exampleCount, epochs = full.epochs } = choice;
  if (exampleCount > full.exampleCount || epochs > full.epochs) {
    const asked = `${counted(exampleCount, "example")} and ${counted(epochs, "epoch")}`;
    throw refusal(
      name,
      `asks ${inShort(choice.clientId)} for ${asked}, more than its ${counted(full.exampleCount, "example")} and the run's ` +
        `${counted(full.epochs, "epoch")}. Only less can be asked for.`,
    );
  }
  return exampleCount === full.exampleCount && epochs === full.epochs ? undefined : { exampleCount, epochs };
}

/** What the client does if nothing less is asked of it: the most work with a probability of 0 or more. */
function fullWork({ candidates, slo: { deadlineSeconds } }: SelectionRequest, index: number): ClientWork {
  const { work } = candidates.adaptedWork(index, { deadlineSeconds, minimumProbability: 0, reduces: "epochs" });
  return work ?? { exampleCount: candidates.exampleCounts[index] as number, epochs: 1 };
}

/** A value as an error shows it. */
function inShort(value: unknown): string {
  const text = inWords(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function inWords(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A bigint, or an object that holds itself.
    return typeof value === "object" ? "an object that is no JSON" : String(value);
  }
}

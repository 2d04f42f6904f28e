// Settings of an asynchronous run, and what does not go with them: whatever counts on a round that begins and ends with all its clients.

import { z } from "zod";

/** Buffered asynchronous aggregation: Nguyen et al. 2022, arXiv 2106.06639, algorithm 1. */
export const asynchronousSchema = z.strictObject({
  /** K: with so many accepted updates a round makes a new model. */
  bufferSize: z.int().min(1).max(100_000).default(10),
  /** So many clients are at work at a time, at most; without it twice the buffer's size. */
  concurrency: z.int().min(1).max(1_000_000).optional(),
  /** An update whose model is older than the global one by more versions than this is not used, and its client is told to stop. */
  maximumStaleness: z.int().min(0).max(1_000_000).default(20),
});

/** The settings with the default that depends on another one. */
export function withConcurrency({ concurrency, ...settings }: z.infer<typeof asynchronousSchema>) {
  return { ...settings, concurrency: concurrency ?? 2 * settings.bufferSize };
}

export type AsynchronousSettings = ReturnType<typeof withConcurrency>;

/** Policies of which closing a round is a part. */
const closingPolicies: readonly string[] = ["quorum", "over-provision", "first-contact"];

interface AsynchronousSurroundings {
  readonly aggregation: {
    readonly strategy?: string | undefined;
    readonly asynchronous?: z.infer<typeof asynchronousSchema> | undefined;
  };
  readonly clock: { readonly kind: string };
  readonly privacy?: unknown;
  readonly selection: {
    readonly policy: string;
    readonly rules?: { readonly participation?: { readonly floor?: number | undefined } | undefined } | undefined;
  };
}

interface Conflict {
  readonly path: string[];
  readonly message: string;
}

/** What an asynchronous run cannot be asked for; nothing for any other run. */
export function asynchronousConflicts(config: AsynchronousSurroundings): readonly Conflict[] {
  const { aggregation, clock, privacy, selection } = config;
  if (!aggregation.asynchronous) return [];
  const { bufferSize, concurrency } = withConcurrency(aggregation.asynchronous);
  const { strategy = "fedbuff" } = aggregation;
  const checks: readonly (false | Conflict)[] = [
    strategy !== "fedbuff" && {
      path: ["aggregation", "asynchronous"],
      message: `The strategy "${strategy}" does not know how old an update's model is. Take the strategy fedbuff, or leave asynchronous out`,
    },
    concurrency < bufferSize && {
      path: ["aggregation", "asynchronous", "concurrency"],
      message: `${concurrency} clients at work never fill a buffer of ${bufferSize}: raise concurrency or lower bufferSize`,
    },
    clock.kind !== "wall" && {
      path: ["clock"],
      message:
        "An emulated clock is held until everybody of a round has trained; an asynchronous run has no such moment. Take the wall clock",
    },
    privacy !== undefined && {
      path: ["privacy"],
      message:
        "The account of central privacy is of rounds in which a client takes part once, with a difference to one model; updates " +
        "that come from several models are not covered. Leave privacy or asynchronous out",
    },
    closingPolicies.includes(selection.policy) && {
      path: ["selection", "policy"],
      message: `The policy "${selection.policy}" says itself when a round closes, which in an asynchronous run the buffer does. Take another one, such as probselect`,
    },
    selection.rules?.participation?.floor !== undefined && {
      path: ["selection", "rules", "participation", "floor"],
      message: "A floor adds clients to a round whether a place is free or not. Leave it out of an asynchronous run",
    },
  ];
  return checks.filter((conflict) => conflict !== false);
}

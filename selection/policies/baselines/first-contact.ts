// Federated averaging for satellites as Kim, Svoboda & Lane (arXiv 2511.14889, algorithm 1) have it: the first C clients that make
// contact with the ground make up the round, min(C, K) of them, and it ends when all of them have returned.

import { drawsOf } from "../../policy/draws.ts";
import { codeOf } from "../../policy/impossibility.ts";
import type { SelectionRequest, StaticPolicy } from "../../policy/policy.ts";
import { firstOf, indicesWhere } from "../../policy/ranking.ts";
import { formatSeconds } from "../../quantities.ts";
import { type SampleOptions, sampleSize } from "./random.ts";

const FULL = codeOf("cohort-full");
const NO_CONTACT = codeOf("not-chosen");

/**
 * It knows no hardware, and neither does it know busy clients: candidates are idle.
 *
 * @param options.cohortSize, options.share C.
 * @example startPolicy(firstContactPolicy({ cohortSize: 5, share: 0.5 })).select(request)
 */
export function firstContactPolicy(options: SampleOptions): StaticPolicy<null> {
  return {
    name: "first-contact",
    needs: "static-specs",
    begin: () => null,
    select: (request) => {
      const { size, contactSeconds } = request.candidates;
      const count = sampleSize(options, size);
      const reasons = selectFirst(request, count);
      const first = `first ${count} of ${size}`;
      const because = (index: number, chance: string) => {
        const contact = contactInWords(contactSeconds?.[index] ?? 0, reasons[index] as number, first);
        return `${contact}; unseen by this policy, ${chance}`;
      };
      return { selection: { reasons, because, roundEnd: { kind: "all" } }, state: null };
    },
  };
}

function selectFirst({ candidates, ...request }: SelectionRequest, count: number): Uint8Array {
  const { size, keys, priorities, contactSeconds } = candidates;
  const draw = drawsOf(request, "first-contact");
  const contacts = contactSeconds ?? new Float64Array(size);
  const eligible = indicesWhere(size, (index) => Number.isFinite(contacts[index]));
  const reasons = new Uint8Array(size).fill(NO_CONTACT);
  for (const index of eligible) reasons[index] = FULL;
  const order = {
    eligible,
    weights: contacts.map((seconds) => -seconds),
    priorities,
    drawOf: (index: number) => draw(keys[index] as number),
  };
  for (const index of firstOf(order, count)) reasons[index] = 0;
  return reasons;
}

function contactInWords(seconds: number, reason: number, first: string): string {
  if (reason === NO_CONTACT) return "it never makes contact, as far as is known";
  const when = seconds > 0 ? `it makes contact after ${formatSeconds(seconds)}` : "it can be reached at once";
  return `${when} and is ${reason === 0 ? "among" : "not among"} the ${first} to do so`;
}

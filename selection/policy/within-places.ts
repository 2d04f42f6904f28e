// A policy where there is work for so many clients and no more: whoever qualifies beyond that waits. Who gets a place is drawn, so
// that no client is preferred for being fast; FedBuff, too, samples its clients uniformly (Nguyen et al. 2022, section 3).

import { drawsOf } from "./draws.ts";
import { codeOf } from "./impossibility.ts";
import type { Selection, SelectionPolicy, SelectionRequest } from "./policy.ts";
import { firstOf, indicesWhere } from "./ranking.ts";

const FULL = codeOf("cohort-full");

/** A policy that needs static specs alone. */
export type StaticSpecsPolicy = Extract<SelectionPolicy, { readonly needs: "static-specs" }>;

/** The policy, of the same name, which selects at most `request.places`; clients that the rules put first have them first. */
export function withinPlaces(policy: StaticSpecsPolicy): StaticSpecsPolicy {
  return { ...policy, select: (request) => limitTo(request.places, policy.select(request), request) };
}

function limitTo(places: number | undefined, selection: Selection, request: SelectionRequest): Selection {
  const { size, keys, priorities } = request.candidates;
  const eligible = indicesWhere(size, (index) => selection.reasons[index] === 0);
  if (places === undefined || eligible.length <= places) return selection;
  const draw = drawsOf(request, "places");
  // All weigh alike: the draws decide.
  const drawOf = (index: number) => draw(keys[index] as number);
  const chosen = firstOf({ eligible, weights: new Uint8Array(size), drawOf, priorities }, places);
  const reasons = Uint8Array.from(selection.reasons);
  for (const index of eligible) reasons[index] = FULL;
  for (const index of chosen) reasons[index] = 0;
  const free = places === 1 ? "1 place was" : `${places} places were`;
  const because: Selection["because"] = (index, chance) => {
    if (reasons[index] === selection.reasons[index]) return selection.because(index, chance);
    return `${chance}, but ${free} free for the ${eligible.length} clients that qualify, and others drew them`;
  };
  return { ...selection, reasons, because };
}

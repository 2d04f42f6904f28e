// Any policy under the operator's rules: it sees only the clients that the rules admit, and its answer is spread over all of them.

import type { CandidateTable } from "../policy/candidate-table.ts";
import { codeOf } from "../policy/impossibility.ts";
import type { Choice, Selection, SelectionPolicy, SelectionRequest } from "../policy/policy.ts";
import { indicesWhere } from "../policy/ranking.ts";
import { subTable } from "../policy/sub-table.ts";
import { exclusionInWords, prioritiesUnder } from "./admission.ts";
import { type ClientRules, checkedRules } from "./client-rules.ts";
import {
  capInWords,
  floorInWords,
  isBelowCap,
  isFloorDue,
  noParticipation,
  type Participation,
  withCandidacies,
  withSelections,
} from "./participation.ts";

const EXCLUDED = codeOf("excluded-by-rule");
const CAPPED = codeOf("participation-cap");

/**
 * The policy under these rules, of the same name and needs, for one run. A policy of your own must rank by `candidates.priorities`
 * if there are rules of priority; of those that have a name `createRuledPolicy` knows it.
 *
 * @throws {ProbSelectError} selection.invalid-argument for rules that cannot be kept.
 * @example withClientRules(createPolicy("random"), { exclude: ["sat-*"], participation: { cap: 0.5 } })
 */
export function withClientRules(policy: SelectionPolicy, rules: ClientRules): SelectionPolicy {
  const checked = checkedRules(rules);
  let counts = noParticipation;
  function ruled<Request extends SelectionRequest>(select: (request: Request) => Selection) {
    return (request: Request): Selection => {
      const choice = selectUnderRules({ rules: checked, request, select }, counts);
      counts = choice.state;
      return choice.selection;
    };
  }
  const { name } = policy;
  const memory = {
    read: () => ({ counts, policy: policy.memory.read() }),
    write: (state: unknown) => {
      const remembered = state as { readonly counts: Participation; readonly policy: unknown };
      counts = remembered.counts;
      policy.memory.write(remembered.policy);
    },
  };
  switch (policy.needs) {
    case "static-specs":
      return { name, memory, needs: policy.needs, select: ruled((request) => policy.select(request)) };
    case "truth":
      return { name, memory, needs: policy.needs, select: ruled((request) => policy.select(request)) };
    case "history":
      return {
        name,
        memory,
        needs: policy.needs,
        select: ruled((request) => policy.select(request)),
        learn: (feedback) => policy.learn(feedback),
      };
    case "monitoring":
      return {
        name,
        memory,
        needs: policy.needs,
        asksLossOf: (request) => {
          const { visible, table } = admit(checked, request, counts);
          return policy.asksLossOf({ ...request, candidates: table }).map((place) => visible[place] as number);
        },
        select: ruled((request) => policy.select(request)),
        learn: (feedback) => policy.learn(feedback),
      };
  }
}

/** Whom the rules admit to a round, and whom of these the policy sees. */
function admit(rules: ClientRules, { candidates }: SelectionRequest, before: Participation) {
  const shares = rules.participation ?? {};
  const nameOf = (index: number) => candidates.candidateAt(index).candidate;
  const slotOf = (index: number) => candidates.slots[index] as number;
  const admitted = indicesWhere(candidates.size, (index) => exclusionInWords(rules, nameOf(index)) === null);
  const counts = withCandidacies(before, admitted.map(slotOf), candidates.fleetSize);
  const visible = admitted.filter((index) => isBelowCap(shares, counts, slotOf(index)));
  return { shares, nameOf, slotOf, admitted, counts, visible, table: ruledTable(rules, candidates, visible) };
}

/**
 * One round under the rules; pure if `select` is. Whom the floor adds comes on top of the policy's cohort, so that what the policy
 * says of the round as a whole (the probability of its objective) is then rather too low.
 *
 * @param options.select the policy's choice among the clients that it may see.
 * @param before the counts of the rounds so far; they stay as they are.
 */
export function selectUnderRules<Request extends SelectionRequest>(
  options: {
    readonly rules: ClientRules;
    readonly request: Request;
    readonly select: (request: Request) => Selection;
  },
  before: Participation,
): Choice<Participation> {
  const { rules, request } = options;
  const { candidates } = request;
  const { shares, nameOf, slotOf, admitted, counts, visible, table } = admit(rules, request, before);
  const chosen = options.select({ ...request, candidates: table });

  const { reasons, places } = spread(chosen, candidates.size, admitted, visible);
  const due = visible.filter(
    (index) =>
      reasons[index] !== 0 && candidates.impossibilities[index] === 0 && isFloorDue(shares, counts, slotOf(index)),
  );
  for (const index of due) reasons[index] = 0;
  const added = new Set(due);
  const because = (index: number, chance: string) => {
    const place = places[index] as number;
    if (added.has(index)) return `${floorInWords(shares, counts, slotOf(index))}; ${chance}`;
    if (place >= 0) return `${chosen.because(place, chance)}${priorityInWords(table.priorities?.[place] ?? 0)}`;
    return exclusionInWords(rules, nameOf(index)) ?? capInWords(shares, counts, slotOf(index));
  };
  const selected = indicesWhere(candidates.size, (index) => reasons[index] === 0);
  return {
    selection: {
      ...chosen,
      reasons,
      because,
      work: workOfAll(chosen.work, visible),
      note: noteUnder(chosen.note, visible.length, candidates.size),
    },
    state: withSelections(counts, selected.map(slotOf)),
  };
}

/** Why it went before or after others that the policy would have ranked otherwise. */
function priorityInWords(level: number): string {
  return level === 0 ? "" : `; the rules give it priority ${level}`;
}

/** The policy counts only whom it may see. */
function noteUnder(note: string | undefined, visibleCount: number, size: number): string | undefined {
  if (note === undefined || visibleCount === size) return note;
  return `The rules admit ${visibleCount} of ${size} candidates. Of these: ${note}`;
}

function ruledTable(rules: ClientRules, candidates: CandidateTable, visible: Uint32Array): CandidateTable {
  const table = subTable(candidates, visible);
  return { ...table, priorities: prioritiesUnder(rules, table) };
}

/** The policy's reasons, and the rules' where it was not asked. `places`: a candidate's index in the policy's table, or -1. */
function spread({ reasons: chosen }: Selection, size: number, admitted: Uint32Array, visible: Uint32Array) {
  const reasons = new Uint8Array(size).fill(EXCLUDED);
  const places = new Int32Array(size).fill(-1);
  for (const index of admitted) reasons[index] = CAPPED;
  visible.forEach((index, place) => {
    reasons[index] = chosen[place] as number;
    places[index] = place;
  });
  return { reasons, places };
}

function workOfAll(work: Selection["work"], visible: Uint32Array): Selection["work"] {
  return work && new Map([...work].map(([place, asked]) => [visible[place] as number, asked]));
}

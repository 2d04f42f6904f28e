// That the order of the candidates does not matter either once a policy has learnt and clients have answered.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import type { ForecastCandidate } from "../../../../selection/types.ts";
import { chosenBy, fleet } from "../support.ts";
import { fared, feedbackOf, slotsOf } from "./support.ts";

const SIZE = 16;
const everybody = fleet(Array.from({ length: SIZE }, () => 0.9));
const slots = slotsOf(everybody);

const monitorings = fc.record({
  // With ties and silence.
  losses: fc
    .array(fc.constantFrom(0.5, 1, 2, Number.NaN), { minLength: SIZE, maxLength: SIZE })
    .map((losses) => Float64Array.from(losses)),
  staysNextRound: fc
    .array(fc.constantFrom(0, 1, 255), { minLength: SIZE, maxLength: SIZE })
    .map((answers) => Uint8Array.from(answers)),
});

const outcomes = fc.array(fc.record({ onTime: fc.boolean(), loss: fc.constantFrom(0.5, 1, 2, 3) }), {
  minLength: SIZE,
  maxLength: SIZE,
});

const settings = { e3cs: { quota: "none", learningRate: 5 } } as Readonly<Record<string, unknown>>;

describe.each(["power-of-choice", "reported-power-of-choice", "refl", "e3cs", "oort", "tifl"])("policy %s", (name) => {
  it("chooses the same clients whatever their order, after what it has learnt", () => {
    const here = fc.shuffledSubarray([...everybody], { minLength: 4 });
    const rounds = fc.array(fc.record({ here, monitoring: monitorings, outcomes }), { minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(rounds, fc.integer({ min: 0, max: 1000 }), (run, seed) => {
        const follow = (order: (candidates: readonly ForecastCandidate[]) => readonly ForecastCandidate[]) => {
          const policy = createPolicy(name, { cohortSize: 5, settings: settings[name] });
          return run.map(({ here, monitoring, outcomes }, index) => {
            const chosen = chosenBy(policy, order(here), { round: index + 1, seed, slots, monitoring });
            if (policy.needs === "history" || policy.needs === "monitoring") {
              const clients = chosen.map((id) => {
                const slot = slots.slotOf(id);
                const { onTime = true, loss = 1 } = outcomes[slot] ?? {};
                return fared(slot, { onTime, latencySeconds: onTime ? 10 : 2, trainingLoss: onTime ? loss : null });
              });
              policy.learn(feedbackOf(clients, { deadlineSeconds: 2, roundSeconds: 2 }));
            }
            return [...chosen].sort();
          });
        };
        expect(follow((candidates) => [...candidates].reverse())).toEqual(follow((candidates) => candidates));
      }),
    );
  });
});

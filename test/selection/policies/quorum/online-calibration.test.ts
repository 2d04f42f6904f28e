// By how much times are longer than forecast, learnt from how rounds went.

import { describe, expect, it } from "vitest";
import { resolveDevice } from "../../../../selection/devices/resolve-device.ts";
import { rooflineModel } from "../../../../selection/latency/roofline/roofline-model.ts";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { recalibrated, UNCALIBRATED } from "../../../../selection/policies/quorum/online-calibration.ts";
import { ClientSlots } from "../../../../selection/policy/client-slots.ts";
import { reforecastWith } from "../../../../selection/policy/reforecast.ts";
import { candidate, lenetWorkload } from "../../support.ts";
import { decideRound, fleet } from "../support.ts";
import { feedback } from "./support.ts";

describe("online calibration", () => {
  it("takes times to be longer after a round that kept less than was promised", () => {
    // 9 of 10 promised, 7 kept, gamma .5: ln lambda = .5 * (.9 - .7) = .1.
    const state = {
      ...UNCALIBRATED,
      promisedOnTime: 9,
      askedSlots: Uint32Array.from({ length: 10 }, (_, slot) => slot),
    };
    expect(recalibrated(state, feedback(7, 10), 0.5).logInflation).toBeCloseTo(0.1, 12);
    expect(recalibrated(state, feedback(10, 10), 0.5).logInflation).toBeCloseTo(-0.05, 12);
    expect(recalibrated(state, feedback(0, 0), 0.5)).toEqual(state);
  });

  it("does not count clients that others added to the round", () => {
    // The policy asked for slots 0 and 1 and both kept their promise; a rule added slot 2, which was late.
    const state = { ...UNCALIBRATED, promisedOnTime: 1.8, askedSlots: Uint32Array.of(0, 1) };
    expect(recalibrated(state, feedback(2, 3), 0.5).logInflation).toBeCloseTo(0.5 * (0.9 - 1), 12);
  });

  it("asks again after a round of misses had made everybody look too slow", () => {
    const settings = { adaptiveWork: "off", onlineCalibration: true, calibrationRate: 1 };
    const policy = createPolicy("quorum", { settings });
    if (policy.needs !== "history") throw new Error("calibration needs history");
    const slots = new ClientSlots();
    const asked = (round: number, kept: boolean) => {
      const { decisions } = decideRound(policy, fleet([0.9, 0.9]), { round, slots });
      const selected = decisions.filter((decision) => decision.selected).map(({ clientId }) => slots.slotOf(clientId));
      policy.learn(feedback(kept ? selected.length : 0, selected.length, selected));
      return selected.length;
    };
    // 0.9 promised, nothing kept: times are taken 2.5 times as long, and 1 - 0.1 * 2.5 is below 0.8.
    expect(asked(1, false)).toBeGreaterThan(0);
    expect(asked(2, true)).toBe(0);
    expect([3, 4, 5].map((round) => asked(round, true)).some((count) => count > 0)).toBe(true);
  });

  it("promises what a client has with the work that is left to it, where energy and not time cuts the work", () => {
    // Far within the deadline with what 30 J pay for, so that all is promised and kept: nothing to learn.
    const workload = { ...lenetWorkload, epochs: 4 };
    const slo = { deadlineSeconds: 60, minimumProbability: 0.8 };
    const clients = Array.from({ length: 6 }, (_, index) => {
      const device = resolveDevice({ kind: "gpu", name: "Jetson TX2" });
      const client = candidate({
        clientId: `client-${index}`,
        device,
        exampleCount: 20_000,
        energy: { budgetJoules: 30 },
      });
      return { candidate: client, forecast: rooflineModel.forecast(client, workload, slo) };
    });
    const policy = createPolicy("quorum", { settings: { onlineCalibration: true, requiredUpdates: 3 } });
    if (policy.needs !== "history") throw new Error("calibration needs history");
    const slots = new ClientSlots();
    const reforecast = reforecastWith(rooflineModel, workload, slo);
    const training = { epochs: 4, batchSize: 32 };
    let reason = "";
    for (let round = 1; round <= 20; round++) {
      const { decisions } = decideRound(policy, clients, { ...slo, round, slots, reforecast, training });
      const selected = decisions.filter((decision) => decision.selected);
      expect(selected.length).toBeGreaterThanOrEqual(3);
      policy.learn(
        feedback(
          selected.length,
          selected.length,
          selected.map(({ clientId }) => slots.slotOf(clientId)),
        ),
      );
      reason = selected[0]?.reason ?? "";
    }
    expect(Number(/times taken ([\d.]+) times/.exec(reason)?.[1] ?? 1)).toBeGreaterThan(0.95);
  });

  it("comes to promise what is kept, where the truth is half as fast again as the forecast", () => {
    // Kept is decided by the stand-in itself with times 1.5 times as long: a miss of (1 - p) * 1.5.
    const candidates = fleet([0.97, 0.96, 0.95, 0.94, 0.93, 0.92, 0.91, 0.9, 0.89, 0.88, 0.87, 0.86]);
    const policy = createPolicy("quorum", {
      settings: { adaptiveWork: "off", onlineCalibration: true, requiredUpdates: 5, calibrationRate: 0.3 },
    });
    if (policy.needs !== "history") throw new Error("calibration needs history");
    const slots = new ClientSlots();
    let debt = 0;
    let inflation = 1;
    for (let round = 1; round <= 300; round++) {
      const { decisions } = decideRound(policy, candidates, { round, slots, minimumProbability: 0.5 });
      const selected = decisions.filter((decision) => decision.selected);
      debt += selected.reduce((sum, { forecast }) => sum + 1 - 1.5 * (1 - forecast.deadlineProbability), 0);
      // Without chance: as many are kept as are due, and the fraction is carried over.
      const kept = Math.min(selected.length, Math.floor(debt));
      debt -= kept;
      policy.learn(
        feedback(
          kept,
          selected.length,
          selected.map(({ clientId }) => slots.slotOf(clientId)),
        ),
      );
      inflation = Number(/times taken ([\d.]+) times/.exec(selected[0]?.reason ?? "")?.[1] ?? 1);
    }
    expect(inflation).toBeGreaterThan(1.35);
    expect(inflation).toBeLessThan(1.65);
  });
});

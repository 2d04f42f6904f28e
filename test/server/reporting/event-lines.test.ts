import { describe, expect, it } from "vitest";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import type { PolicyNeed } from "../../../selection/policy/policy.ts";
import type { ClientWork, DeviceReport, SelectionDecision } from "../../../selection/types.ts";
import { serverConfigSchema } from "../../../server/config.ts";
import {
  formatClientRegistered,
  formatRoundFinished,
  formatRoundPlanned,
  formatRunStarted,
} from "../../../server/reporting/event-lines.ts";
import { noPaint } from "../../../server/reporting/paint.ts";
import { emptyRunView } from "../../../server/reporting/run-view.ts";
import { roundMetrics } from "../../../server/rounds/round-metrics.ts";
import type { RoundOutcome, RoundPlan } from "../../../server/rounds/types.ts";
import { forecastCandidate } from "../../selection/support.ts";

function registered(report: DeviceReport, unforecastable?: string, dataWarnings?: readonly string[]): string {
  return formatClientRegistered(
    {
      type: "client-registered",
      clientId: "jetson-1",
      report,
      device: resolveDevice(report),
      link: { downlinkBitsPerSecond: 1e7, uplinkBitsPerSecond: 1e7, roundTripSeconds: 0.05 },
      exampleCount: 2000,
      backend: "wasm",
      emulated: false,
      unforecastable,
      dataWarnings,
    },
    noPaint,
  );
}

const noClients: RoundOutcome = {
  ...{ round: 1, status: "failed", reason: "nobody", modelVersion: 0, clients: [], evaluation: null },
  metrics: roundMetrics([], false),
};
const planned = (changes: Partial<RoundPlan>): RoundPlan => ({
  ...{ round: 1, modelVersion: 0, policy: "probselect", decisions: [] },
  forecast: { expectedOnTimeCount: 0, expectedWastedDeviceSeconds: 0, objective: null },
  slo: { deadlineSeconds: 20, minimumProbability: 0.8 },
  ...changes,
});

describe("a round's plan in the log", () => {
  const decision = (clientId: string, selected: boolean, work?: ClientWork): SelectionDecision => {
    const { forecast } = forecastCandidate(clientId, 0.9);
    return { clientId, selected, reasonCode: selected ? "selected" : "below-probability", reason: "", forecast, work };
  };

  it("counts the selected, those with less work among them, and says with how many updates it closes", () => {
    const work = { exampleCount: 10, epochs: 1 };
    const decisions = [decision("a", true), decision("b", true, work), decision("c", false, work)];
    expect(formatRoundPlanned(planned({ decisions, closesAfterUpdates: 1 }), 6)).toBe(
      "Round 1 of 6: probselect selected 2 of 3 clients (1 with less work), deadline 20 s, closes with 1 update",
    );
    expect(formatRoundPlanned(planned({ decisions: decisions.slice(0, 1) }), 6)).toBe(
      "Round 1 of 6: probselect selected 1 of 1 client, deadline 20 s",
    );
  });
});

describe("a round's end in the log", () => {
  const finished = (plan: RoundPlan) =>
    formatRoundFinished({ plan, outcome: noClients, view: emptyRunView, width: 80, paint: noPaint });

  it("says in one line who was left out without a forecast, and the first one's reason", () => {
    const odd = (clientId: string) => ({ clientId, reason: `Cannot forecast client "${clientId}": its uplink is 0.` });
    expect(finished(planned({ unforecastable: [odd("x")] }))).toContain(
      '\n  ! x left out without a forecast: Cannot forecast client "x": its uplink is 0.\n',
    );
    const many = finished(planned({ unforecastable: [odd("x"), odd("\u001b[2Jy"), odd("z")] }));
    expect(many).toContain("\n  ! x and 2 more left out without a forecast: Cannot forecast client");
    expect(
      Math.max(
        ...many
          .split("\n")
          .slice(2, 3)
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
    expect(finished(planned({}))).not.toContain("without a forecast");
  });
});

describe("a client's registration in the log", () => {
  it("is one line where its report is plausible", () => {
    expect(registered({ kind: "gpu", name: "Jetson Orin Nano 8GB" })).toBe(
      "  + jetson-1: Jetson Orin Nano 8 GB (NVIDIA specs), 2,000 examples",
    );
  });

  it("warns of a client that cannot be forecast, with the reason", () => {
    const [line, warning] = registered({ kind: "gpu", name: "Jetson Orin Nano 8GB" }, "Its uplink is 0.").split("\n");
    expect(line).toMatch(/^ {2}\+ jetson-1: /);
    expect(warning).toBe("    ! It will never be selected. Its uplink is 0.");
  });

  it("has a line for what stands out of its examples", () => {
    const lines = registered({ kind: "gpu", name: "Tesla T4" }, undefined, ["Its numbers are scaled to 0..1."]).split(
      "\n",
    );
    expect(lines.slice(1)).toEqual(["    ! Its numbers are scaled to 0..1."]);
  });

  it("says that a report contradicts the catalogue, with both numbers", () => {
    const [line, warning] = registered({
      kind: "gpu",
      name: "Jetson Orin Nano 8GB",
      memoryBytes: 80 * 2 ** 30,
    }).split("\n");
    expect(line).toBe("  + jetson-1: Jetson Orin Nano 8 GB (NVIDIA specs, contradictory report), 2,000 examples");
    expect(warning).toMatch(/^ {4}! The report contradicts the catalogue: .* 80 GiB, but .* has 8 GiB/);
  });
});

describe("the start of a run in the log", () => {
  const started = (policyNeeds?: PolicyNeed, policy = "probselect") =>
    formatRunStarted(
      {
        type: "run-started",
        runName: "run",
        probselectVersion: "0",
        config: serverConfigSchema.parse({ selection: { policy } }),
        clock: { kind: "wall" },
        parameterCount: 61_706,
        policyNeeds,
      },
      noPaint,
    ).split("\n");

  it("says aloud that a policy learns from the rounds, and nothing where it does not", () => {
    const aloud = "  ! This policy learns from how earlier rounds went: measured times reach the selection.";
    expect(started("history").at(-1)).toBe(aloud);
    expect(started("monitoring").at(-1)).toMatch(/^ {2}! This policy asks clients before a round/);
    expect(started("static-specs")).toHaveLength(2);
    expect(started(undefined)).toHaveLength(2);
  });

  it("names the probability only with policies that ask a client for one", () => {
    expect(started("static-specs", "quorum")[1]).toMatch(/; quorum asks for p ≥ 80%$/);
    expect(started("static-specs", "random")[1]).toMatch(/; selection by random$/);
    expect(started("static-specs", "./mine.mjs")[1]).toMatch(/; selection by \.\/mine\.mjs$/);
  });
});

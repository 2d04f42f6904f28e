import { describe, expect, it } from "vitest";
import { clientHistory } from "../../../experiments/report/client-history.ts";
import { collectRun } from "../../../experiments/report/run-data.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import type { BackendDecision } from "../../../selection/governor/decide-backend.ts";
import type { JournalRecord } from "../../../server/journal/events.ts";
import { formatRoundPlanned } from "../../../server/reporting/event-lines.ts";
import { applyEvent, emptyRunView } from "../../../server/reporting/run-view.ts";
import { sampleJournal } from "../../support/journal-fixture.ts";

const CLIENT = "jetson-2";
const device = resolveDevice({ kind: "cpu", name: "ARM Cortex-A78AE" });

const move = (from?: string): BackendDecision => {
  const reasonCode = from === undefined ? "still-best" : "moved-for-deadline";
  const said = from === undefined ? "wasm: still the best" : `wasm instead of ${from}: it is faster`;
  return {
    clientId: CLIENT,
    backend: "wasm",
    ...(from !== undefined && { from }),
    reasonCode,
    reason: said,
    estimates: [],
  };
};

/** The sample run, in which the client offers its processor too and moves there in round 3. */
const records: readonly JournalRecord[] = sampleJournal().map((record) => {
  if (record.type === "client-registered" && record.clientId === CLIENT) {
    const gpu = { backend: "tensorflow-cuda", device: record.device };
    return { ...record, backend: gpu.backend, backends: [gpu, { backend: "wasm", device }] };
  }
  if (record.type !== "round-planned" || record.plan.round < 3) return record;
  const decision = record.plan.round === 3 ? move("tensorflow-cuda") : move();
  return { ...record, plan: { ...record.plan, backendDecisions: [decision] } };
});

describe("a client that moves to another back-end", () => {
  it("is explained with what it trained with in the round, and with that one's device", () => {
    const history = clientHistory(records, collectRun(records), CLIENT);
    const of = (round: number) => history.rounds.find((entry) => entry.round.round === round)?.registration;
    expect(of(2)?.backend).toBe("tensorflow-cuda");
    expect(of(2)?.device).toMatchObject({ device: { name: "Jetson Orin Nano 8 GB" } });
    expect(of(3)).toMatchObject({
      backend: "wasm",
      device,
      backendChoice: { reason: expect.stringContaining("instead") },
    });
    expect(of(5)).toMatchObject({ backend: "wasm", backendChoice: { reasonCode: "still-best" } });
    expect(history.registration).toMatchObject({ backend: "wasm", device });
  });

  it("is an incident of the run, once", () => {
    const told = collectRun(records).incidents.filter(
      ({ clientId, text }) => clientId === CLIENT && text.includes("moved"),
    );
    expect(told.map(({ text }) => text)).toEqual(["moved in round 3 to wasm instead of tensorflow-cuda: it is faster"]);
  });

  it("is shown with its device of the round, and the log has a line for it", () => {
    const plans = records.flatMap((record) => (record.type === "round-planned" ? [record.plan] : []));
    const lines = plans.map((plan) => formatRoundPlanned(plan, 6).split("\n").slice(1));
    expect(lines.flat().filter((line) => line.includes("moves"))).toEqual([
      `  ~ ${CLIENT} moves to wasm instead of tensorflow-cuda: it is faster`,
    ]);
    const until = (round: number) => records.slice(0, 1 + records.findIndex((record) => isPlan(record, round)));
    const deviceIn = (round: number) =>
      until(round)
        .reduce((view, record) => applyEvent(view, record, 0), emptyRunView)
        .devices.get(CLIENT);
    expect(deviceIn(2)).toMatchObject({ device: { name: "Jetson Orin Nano 8 GB" } });
    expect(deviceIn(3)).toEqual(device);
  });
});

const isPlan = (record: JournalRecord, round: number) => record.type === "round-planned" && record.plan.round === round;

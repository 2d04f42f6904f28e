import { describe, expect, it } from "vitest";
import { agentLog } from "../../cli/client/agent-log.ts";
import { mlp } from "../../models/zoo.ts";
import { PROTOCOL_VERSION, type Progress } from "../../protocol/messages.ts";
import { ManualClock } from "../support/manual-clock.ts";

/** Collects what is written. */
function screen(isTTY: boolean) {
  const written: string[] = [];
  const clock = new ManualClock();
  const log = agentLog({ isTTY, columns: 100, write: (text: string) => written.push(text) > 0 }, clock);
  const progress = (phase: Progress["phase"], fraction: number, seconds: number) => {
    clock.advance(seconds);
    log.onEvent({ type: "progress", progress: { taskId: "r1-a", phase, fraction } });
  };
  const begin = (round: number) => {
    const training = { epochs: 1, batchSize: 32, learningRate: 0.1, momentum: 0, seed: 1 };
    const parameters = { path: "/v1/models/x", sha256: "0".repeat(64), byteLength: 4 };
    const upload = { path: "/v1/updates/x", token: "t", partBytes: 1024 };
    const facts = { taskId: `r${round}-a`, round, modelVersion: 0, deadlineSeconds: 60 };
    log.onEvent({ type: "task-started", task: { ...facts, architecture: mlp, parameters, training, upload } });
  };
  /** Without the time of day. */
  const lines = () => written.join("").replaceAll(/^\d\d:\d\d:\d\d\.\d{3} /gm, "");
  return { log, clock, written, progress, lines, begin };
}

describe("an agent's log", () => {
  it("shows on a terminal how far a training is and how long it will take, under its lines", () => {
    const { written, progress, begin } = screen(true);
    begin(7);
    progress("training", 0, 0);
    progress("training", 0.25, 10);
    // 25 % took 10 s, so 75 % take 30.
    expect(written.at(-1)).toMatch(/━{6}─{18} {2}25 % {2}about 30 s left {2}round 7: training$/);
    progress("trained", 1, 30);
    expect(written.at(-2)).toBe("\r\u001b[2K");
    expect(written.at(-1)).toMatch(/update ready\n$/);
  });

  it("counts what is left of a training that goes on in the middle by what it did since", () => {
    const { written, progress } = screen(true);
    progress("training", 0.5, 0);
    progress("training", 0.75, 10);
    expect(written.at(-1)).toContain("about 10 s left");
  });

  it("says it elsewhere every ten seconds at most", () => {
    const { lines, progress } = screen(false);
    progress("training", 0, 0);
    for (let step = 1; step < 20; step++) progress("training", step / 20, 3);
    expect(lines()).toBe(
      "training\ntraining 20 %, about 48 s left\ntraining 40 %, about 36 s left\n" +
        "training 60 %, about 24 s left\ntraining 80 %, about 12 s left\n",
    );
  });

  it("says nothing of a training that takes less", () => {
    const { lines, progress } = screen(false);
    progress("training", 0, 0);
    progress("training", 0.5, 4);
    progress("training", 1, 4);
    progress("trained", 1, 0);
    expect(lines()).toBe("training\nupdate ready\n");
  });

  it("says why it cannot reach its aggregator, once more after half a minute, and how long that was once it can", () => {
    const { log, clock, lines } = screen(false);
    for (let attempt = 0; attempt < 20; attempt++) {
      log.onEvent({ type: "cannot-connect", reason: "ECONNREFUSED" });
      clock.advance(5);
    }
    const run = { runName: "demo", modelName: "mlp", roundCount: 5, deviceSummary: "Tesla T4" };
    const welcome = { accepted: true, protocolVersion: PROTOCOL_VERSION, clock: { kind: "wall" }, ...run } as const;
    log.onEvent({ type: "registered", welcome });
    expect(lines()).toMatch(
      /^cannot reach .* \(ECONNREFUSED\); trying on\. Is it running, .*\?\nstill unreachable after 30 s: .*\nregistered in run "demo" .*\nthe aggregator was out of reach for 100 s\n$/,
    );
  });
});

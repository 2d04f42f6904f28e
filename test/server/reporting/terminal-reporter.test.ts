// The reporter writes into real streams: a collecting Writable, with a terminal's properties where one is meant.

import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { formatLiveArea } from "../../../server/reporting/live-area.ts";
import { colourPaint, noPaint, paintFor } from "../../../server/reporting/paint.ts";
import { formatRoundTable } from "../../../server/reporting/round-table.ts";
import { applyEvent, emptyRunView, type RunView } from "../../../server/reporting/run-view.ts";
import { createTerminalReporter } from "../../../server/reporting/terminal-reporter.ts";
import { addRound, noRounds } from "../../../server/run-totals.ts";
import { HOSTILE_CLIENT, sampleJournal } from "../../support/journal-fixture.ts";

class Collector extends Writable {
  text = "";
  readonly isTTY: boolean;
  readonly columns = 120;
  readonly rows = 40;
  readonly #colours: boolean;

  constructor(isTTY: boolean, colours: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.#colours = colours;
  }

  hasColors(): boolean {
    return this.#colours;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

const journal = sampleJournal();
const legible = (text: string) => text.replaceAll("\u001b", "ESC");
const clock = { nowSeconds: () => 100 };

function first<Type extends (typeof journal)[number]["type"]>(type: Type) {
  const found = journal.find(
    (record): record is Extract<typeof record, { readonly type: Type }> => record.type === type,
  );
  if (!found) throw new Error(`the fixture has no ${type}`);
  return found;
}

/** The view after the journal up to and without the first record that `isEnd` accepts. */
function viewUntil(isEnd: (record: (typeof journal)[number]) => boolean): RunView {
  const end = journal.findIndex(isEnd);
  return journal.slice(0, end).reduce((view, event) => applyEvent(view, event, 0), emptyRunView);
}

describe("the round table", () => {
  const view = viewUntil((record) => record.type === "round-finished" && record.outcome.round === 4);
  const plan = view.round?.plan;
  const outcome = journal.flatMap((record) =>
    record.type === "round-finished" && record.outcome.round === 4 ? [record.outcome] : [],
  )[0];
  if (!plan || !outcome) throw new Error("the fixture has a round 4");
  const table = (width: number) =>
    formatRoundTable({ plan, outcome, deviceOf: (clientId) => view.devices.get(clientId), width, paint: noPaint });

  it("shows each candidate's forecast, decision, reason and outcome in 120 columns", () => {
    expect(`\n${table(120)}\n`).toBe(`
  client              GPU                   tier               p  forecast   actual  decision  why          outcome
  ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  datacentre-1        A100 PCIe 40 GB       NVIDIA specs   99.3%    3.30 s   2.92 s  selected  p ≥ 80%      completed
  datacentre-2        L4                    NVIDIA specs   99.0%    4.40 s   4.09 s  selected  p ≥ 80%      completed
  desktop-1           GeForce RTX 3090      NVIDIA specs   98.6%    6.00 s   0.40 s  selected  p ≥ 80%      refused
  desktop-2           Radeon RX 6800        other specs    89.2%    9.80 s   10.7 s  selected  p ≥ 80%      completed
  jetson-1            Jetson AGX Orin 32 …  NVIDIA specs   88.7%    13.3 s  >20.0 s  selected  p ≥ 80%      late
  jetson-2            Jetson Orin Nano 8 …  NVIDIA specs   81.8%    15.5 s   16.7 s  selected  p ≥ 80%      completed
  satellite-1         Jetson Xavier NX 8 …  NVIDIA specs   21.3%    23.1 s        –  skipped   p < 80%      –
  satellite-2         Jetson TX2            NVIDIA specs   <0.1%    46.1 s        –  skipped   link > 20 s  –
  lab-unlisted        Frobnicator 9000 <b…  unknown GPU    87.7%   ~10.5 s   13.9 s  selected  p ≥ 80%      completed
  <script>alert(1)<…  <svg/onload=alert(3…  self-reported  92.0%    8.20 s   6.29 s  selected  p ≥ 80%      completed
`);
  });

  it.each([80, 90, 100, 120, 160])("fits %i columns", (width) => {
    expect(
      Math.max(
        ...table(width)
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(width);
  });
});

describe("the live area", () => {
  const planned = viewUntil((record) => record.type === "round-clock-started" && record.round === 2);

  it("is empty between rounds", () => {
    expect(formatLiveArea(emptyRunView, { nowSeconds: 0, maximumLines: 20, paint: noPaint })).toEqual([]);
  });

  it("shows a held clock, then emulated seconds against the deadline, and each client's bar", () => {
    const options = { nowSeconds: 3, maximumLines: 20, paint: noPaint };
    expect(formatLiveArea(planned, options)[1]).toContain("clock held while the clients really train");
    const started = applyEvent(planned, { ...first("round-clock-started"), round: 2 }, 0);
    const training = applyEvent(
      started,
      { type: "client-progress", round: 2, clientId: "datacentre-2", phase: "training", fraction: 0.5 },
      0,
    );
    const ended = applyEvent(training, { ...first("client-ended"), round: 2 }, 0);
    const lines = formatLiveArea(ended, options);
    // 3 s at 4 emulated seconds each = 12 of 20 s = 60% of 24 columns = 14; round 1 took 8.4 s, and 5 rounds are left.
    expect(lines[1]).toBe("Round 2 of 6  ━━━━━━━━━━━━━━──────────  12.0 s of 20 s; run ends in about 42 s");
    expect(lines[2]).toBe("  datacentre-1          ━━━━━━━━━━━━━━━━━━━━━━━━  completed 2.97 s");
    // Training is the bar's part from 10% to 90%, so half of it is half of the bar.
    expect(lines[3]).toBe("  datacentre-2          ━━━━━━━━━━━━────────────  training 50%");
    expect(lines[4]).toBe("  desktop-1             ────────────────────────  dispatched");
  });

  it("sums up what does not fit the terminal's height", () => {
    const lines = formatLiveArea(planned, { nowSeconds: 0, maximumLines: 6, paint: noPaint });
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe("  … and 5 more");
  });
});

describe("the terminal reporter", () => {
  function report(stream: Collector): string {
    const reporter = createTerminalReporter(stream, { clock });
    for (const record of journal) reporter.onEvent(record);
    reporter.close();
    return stream.text;
  }

  it("writes plain lines to what is no terminal: no escape, no carriage return, no colour", () => {
    const text = report(new Collector(false, true));
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\r");
    expect(text).toContain("Round 1 of 6: probselect selected 8 of 10 clients, deadline 20 s\n");
    expect(text).toContain("  round 2: desktop-2 late after >20.0 s: no update by the deadline of 20 s\n");
    expect(text).toContain("Round 6 of 6: probselect selected 8 of 10 clients, deadline 20 s, closes with 7 updates\n");
    expect(text).toContain(
      "  round 6: jetson-2 surplus after >14.4 s: The round closed after 14.4 s with the 7 updates",
    );
    expect(text).not.toContain("! jetson-2 surplus");
    expect(text).toContain("Round 5 of 6  failed: no client was selected; the model stays as it was\n");
    expect(text).toContain(
      "  accuracy 94.1% (+2.3)   SLO compliance 75.0% this round, 84.4% so far   wasted 50.0 s of 4 min 22 s of device time\n",
    );
    expect(text).toContain(`\nRun completed
  test accuracy   95.7%, loss 0.0516
  SLO compliance  85.0% of the selected clients delivered in time
  wasted          63.2 s of 5 min 30 s of device time (19.2%)
  rounds          6, 1 of them failed, in 61.5 s
  journal         runs/demo/journal.ndjson
  model           runs/demo/model-6.safetensors
`);
  });

  it("counts the rounds before a restart in what is so far, and shows the step from the accuracy before it", () => {
    const split = journal.findIndex((record) => record.type === "round-finished" && record.outcome.round === 3) + 1;
    const totals = journal
      .slice(0, split)
      .reduce((sum, record) => (record.type === "round-finished" ? addRound(sum, record.outcome) : sum), noRounds);
    const stream = new Collector(false, false);
    const reporter = createTerminalReporter(stream, { clock });
    reporter.onEvent(first("run-started"));
    reporter.onEvent({
      type: "run-resumed",
      ...{ probselectVersion: "1", nextRound: 4, continuesRound: false, acceptedUpdateCount: 0, elapsedSeconds: 0 },
      ...{ totals, warnings: [], sequence: 0, time: "" },
    });
    for (const record of journal.slice(split)) reporter.onEvent(record);
    // As in a run that was never stopped.
    expect(stream.text).toContain(
      "  accuracy 94.1% (+2.3)   SLO compliance 75.0% this round, 84.4% so far   wasted 50.0 s of 4 min 22 s of device time\n",
    );
  });

  it("keeps every line of a log within 120 columns, but for the reason of a client's end", () => {
    const lines = report(new Collector(false, false)).split("\n");
    expect(lines.filter((line) => line.length > 120 && !line.startsWith("  round "))).toEqual([]);
  });

  it("draws a live area on a terminal and removes it before what stays", () => {
    const stream = new Collector(true, false);
    const text = report(stream);
    expect(legible(text)).toContain("ESC[?7l\nRound 1 of 6  ────────────────────────  clock held");
    expect(legible(text)).toMatch(/ESC\[10A\rESC\[0J/);
    expect(stripVTControlCharacters(text)).toContain("Run completed");
  });

  it("uses colour only on a terminal that has it", () => {
    expect(report(new Collector(true, true))).toContain("\u001b[32mcompleted\u001b[39m");
    expect(report(new Collector(true, false))).not.toContain("\u001b[32m");
    expect(paintFor({ write: () => true })).toBe(noPaint);
    expect(colourPaint("bold", "x")).toBe("\u001b[1mx\u001b[22m");
  });

  it("writes nothing after close", () => {
    const stream = new Collector(false, false);
    const reporter = createTerminalReporter(stream, { clock });
    reporter.close();
    for (const record of journal) reporter.onEvent(record);
    reporter.print("late");
    expect(stream.text).toBe("");
  });

  it("prints other programs' lines above the live area", () => {
    const stream = new Collector(true, false);
    const reporter = createTerminalReporter(stream, { clock });
    for (const record of journal.slice(0, 13)) reporter.onEvent(record);
    const before = stream.text.length;
    reporter.print("a message");
    reporter.close();
    expect(legible(stream.text.slice(before))).toMatch(/^ESC\[10A\rESC\[0Ja message\nESC\[\?7l\nRound 1/);
  });

  it("says who claimed to be at the door and from where, as text, as far as it is known", () => {
    const stream = new Collector(false, false);
    const reporter = createTerminalReporter(stream, { clock });
    const refused = {
      type: "message-refused",
      clientId: null,
      code: "x",
      reason: "no",
      sequence: 0,
      time: "",
    } as const;
    reporter.onEvent({ ...refused, sender: { clientId: "\u001b[2Jlab-3\nx", address: "10.0.0.7" } });
    reporter.onEvent({ ...refused, sender: { address: "10.0.0.7" } });
    reporter.onEvent(refused);
    expect(stream.text).toBe(
      "  ! refused a message of lab-3 x (not registered; from 10.0.0.7): no [x]\n" +
        "  ! refused a message of somebody not registered, from 10.0.0.7: no [x]\n" +
        "  ! refused a message of somebody not registered: no [x]\n",
    );
  });

  it.each([
    ["transport close", "its connection broke"],
    ["client namespace disconnect", "it left"],
    ["ping timeout", "it gave no sign of life any more"],
    ["toString", "toString"],
  ])("says of a client that is gone by socket.io's %s: %s", (reason, words) => {
    const stream = new Collector(false, false);
    const reporter = createTerminalReporter(stream, { clock });
    reporter.onEvent({ type: "client-disconnected", clientId: "a", reason, sequence: 0, time: "" });
    expect(stream.text).toBe(`  - a disconnected: ${words}\n`);
  });

  it("names hostile clients as text", () => {
    const stream = new Collector(false, false);
    const reporter = createTerminalReporter(stream, { clock });
    reporter.onEvent({
      type: "client-disconnected",
      clientId: HOSTILE_CLIENT,
      reason: "\u001b[2Jgone",
      sequence: 0,
      time: "",
    });
    expect(stream.text).toBe("  - <script>alert(1)</script> disconnected: gone\n");
  });
});

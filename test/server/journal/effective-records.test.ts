import { describe, expect, it } from "vitest";
import { effectiveRecords } from "../../../server/journal/effective-records.ts";
import type { JournalRecord } from "../../../server/journal/events.ts";

/** "p2" is the plan of round 2, "e2" a client's end in it, "a2" an accepted update, "f2" its finish, "R2+" a restart that continues it. */
function records(text: string): JournalRecord[] {
  return text.split(" ").map((word, sequence) => {
    const round = Number(word[1]);
    const rest = {
      p: { type: "round-planned", plan: { round } },
      a: { type: "update-accepted", round },
      e: { type: "client-ended", round },
      f: { type: "round-finished", outcome: { round } },
      R: { type: "run-resumed", nextRound: round, continuesRound: word.endsWith("+") },
      x: { type: "run-finished" },
    }[word[0] ?? ""];
    return { ...rest, sequence, time: word } as unknown as JournalRecord;
  });
}

const words = (text: string) =>
  effectiveRecords(records(text))
    .map(({ time }) => time)
    .join(" ");

describe("the records that still hold after a restart", () => {
  it("are all of a run that was never cut off", () => {
    expect(words("p1 a1 e1 f1 x0")).toBe("p1 a1 e1 f1 x0");
  });

  it("leave out the end of the run that goes on, and a round's finish that was an interruption", () => {
    expect(words("p1 a1 f1 x0 R1+ e1 f1 x0")).toBe("p1 a1 R1+ e1 f1 x0");
  });

  it("leave out a round that is planned anew, and those after it, as after a damaged checkpoint", () => {
    expect(words("p1 f1 p2 a2 f2 p3 R2 p2 f2")).toBe("p1 f1 R2 p2 f2");
    expect(words("p1 f1 p2 a2 f2 p3 a3 R2+ f2 p3 f3")).toBe("p1 f1 p2 a2 R2+ f2 p3 f3");
  });
});

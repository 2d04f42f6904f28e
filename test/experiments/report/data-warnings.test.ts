// What the aggregator said once of a client's examples, when it registered.

import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderRunReport } from "../../../experiments/report/render-run-report.ts";
import { collectRun } from "../../../experiments/report/run-data.ts";
import type { JournalRecord } from "../../../server/journal/events.ts";
import { sampleJournal } from "../../support/journal-fixture.ts";

const twin = 'It holds the same examples as "desktop-1": both were given the whole of mnist.';
const scaling = 'Its numbers are scaled to 0..1, those of "jetson-1" as they stand in its files.';

/** The sample's run, in which the client registers three times. */
function journal(): readonly JournalRecord[] {
  return sampleJournal().flatMap((record): readonly JournalRecord[] =>
    record.type === "client-registered" && record.clientId === "desktop-2"
      ? [{ ...record, dataWarnings: [twin] }, record, { ...record, dataWarnings: [scaling] }]
      : [record],
  );
}

describe("a warning of a client's examples", () => {
  it("outlasts its connection: a client that came back has all that was said of it", () => {
    const registration = collectRun(journal()).registrations.find(({ clientId }) => clientId === "desktop-2");
    expect(registration?.dataWarnings).toEqual([twin, scaling]);
  });

  it("is in the report, with the client's device", () => {
    const { document } = parseHTML(renderRunReport(journal()));
    const warnings = [...document.querySelectorAll(".warning")].map(({ textContent }) => textContent);
    expect(warnings).toEqual(expect.arrayContaining([twin, scaling]));
  });
});

// What `probselect experiment NAME --json` prints.

import type { StudyReport } from "../study.ts";
import type { Unit } from "./format-estimate.ts";
import type { StudyRun } from "./study-run.ts";
import type { WrittenStudy } from "./write-study.ts";

/** Shares and points are 0..1, so that no unit says percent: "share" of a share or its relative change, "points" of a difference of shares. */
export interface HeadlineJson {
  readonly study: string;
  readonly truth: string;
  readonly headline: Readonly<
    Record<
      string,
      { readonly estimate: number; readonly low: number | null; readonly high: number | null; readonly unit: JsonUnit }
    >
  >;
  readonly files: WrittenStudy;
}

type JsonUnit = Exclude<Unit, "percent"> | "share";

export function headlineJson({ truth, headline }: StudyReport, { name }: StudyRun, files: WrittenStudy): HeadlineJson {
  return {
    study: name,
    truth,
    headline: Object.fromEntries(
      headline.map(({ name: key, estimate, low, high, unit }) => [
        key,
        { estimate, low, high, unit: unit === "percent" ? "share" : unit },
      ]),
    ),
    files,
  };
}

// Candidates of given times, for the policies that compare times.

import type { Candidate, ForecastCandidate, LatencyForecast } from "../../../../selection/types.ts";
import { forecastCandidate } from "../../support.ts";

export interface GivenTimes {
  readonly download?: number;
  readonly compute?: number;
  readonly upload?: number;
}

/** 1 s down, 1 s of training and 1 s up if nothing else is said; its p_i is 0.5. */
export function timed(
  clientId: string,
  { download = 1, compute = 1, upload = 1 }: GivenTimes = {},
  changes: Partial<LatencyForecast> = {},
): ForecastCandidate {
  return forecastCandidate(clientId, 0.5, {
    atMeanUtilisation: {
      downloadSeconds: download,
      startSeconds: 0,
      computeSeconds: compute,
      uploadSeconds: upload,
      totalSeconds: download + compute + upload,
    },
    ...changes,
  });
}

/** The same candidate with other facts. */
export const withFacts = (entry: ForecastCandidate, facts: Partial<Candidate>): ForecastCandidate => ({
  ...entry,
  candidate: { ...entry.candidate, ...facts },
});

export const tooLittleMemory = { memory: { requiredBytes: 9e9, availableBytes: 8e9, fits: false } };

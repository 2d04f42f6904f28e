// Generated: spreads of transfer times by kind of link, with their provenance. See docs/method.md, section 2. Do not edit; run
//   npm run fit -- --data ../shared/data

import type { LinkKind, LinkSpread } from "./link-spread.ts";

/** Standard deviations of ln X, and what they rest on. */
export const fittedLinkSpread: Readonly<Record<LinkKind, LinkSpread>> = {
  wifi: {
    lineLogSigma: 0.41,
    kindLogSigma: 0.74,
    basis: "measured",
    evidence: {
      robustLineLogSigma: 0.37,
      lineCalibration: {
        inside50: 0.58,
        inside80: 0.82,
        inside95: 0.94,
        keptAt80: 0.83,
        keptAt90: 0.91,
        keptAt95: 0.95,
      },
      kindCalibration: {
        inside50: 0.56,
        inside80: 0.84,
        inside95: 0.93,
        keptAt80: 0.85,
        keptAt90: 0.91,
        keptAt95: 0.93,
      },
    },
    source: "PKU-Chengxu/FLASH: mean and standard deviation of each user's Wi-Fi rates, taken for log-normal",
    licence: "BSD-2-Clause",
    rows: "38 lines: the downlinks and uplinks of 19 users",
  },
  "mobile-5g": {
    lineLogSigma: 0.99,
    kindLogSigma: 1.38,
    basis: "measured",
    evidence: {
      robustLineLogSigma: 0.91,
      lineCalibration: {
        inside50: 0.58,
        inside80: 0.82,
        inside95: 0.92,
        keptAt80: 0.87,
        keptAt90: 0.94,
        keptAt95: 0.95,
      },
      kindCalibration: {
        inside50: 0.39,
        inside80: 0.74,
        inside95: 0.95,
        keptAt80: 0.84,
        keptAt90: 0.95,
        keptAt95: 0.98,
      },
    },
    source:
      "uccmisl/5Gdataset: downlink of a phone in a 5G network, 10 s means; the traces with more than 20 % of their time on 5G",
    licence: "GPL-3.0: the traces are not part of this package",
    rows: "13 traces, 2986 steps, each the start of a transfer",
  },
  lte: {
    lineLogSigma: 0.7,
    kindLogSigma: 0.83,
    basis: "measured",
    evidence: {
      robustLineLogSigma: 0.75,
      lineCalibration: {
        inside50: 0.47,
        inside80: 0.83,
        inside95: 0.93,
        keptAt80: 0.78,
        keptAt90: 0.89,
        keptAt95: 0.93,
      },
      kindCalibration: {
        inside50: 0.45,
        inside80: 0.71,
        inside95: 0.93,
        keptAt80: 0.79,
        keptAt90: 0.86,
        keptAt95: 0.94,
      },
    },
    source:
      "uccmisl/5Gdataset: downlink of a phone in a 5G network, 10 s means; the traces with at most 20 % of their time on 5G",
    licence: "GPL-3.0: the traces are not part of this package",
    rows: "3 traces, 190 steps, each the start of a transfer",
  },
  wired: {
    lineLogSigma: 0.1,
    kindLogSigma: 0.1,
    basis: "assumption",
    source: "assumption: a wired line gives the rate of its contract, two transfers in three within 10 %",
    licence: null,
    rows: "none",
    evidence: null,
  },
  satellite: {
    lineLogSigma: 0.41,
    kindLogSigma: 0.74,
    basis: "assumption",
    source:
      "assumption: that of Wi-Fi, another radio link to a fixed place that many share; no satellite link was measured",
    licence: null,
    rows: "none",
    evidence: null,
  },
};

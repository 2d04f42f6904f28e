// The clients of a fleet as the candidates that an aggregator knows: one object a client for the whole run, so that what is computed of
// it once can be remembered.

import type { Candidate } from "../../../selection/types.ts";
import { clientIdOf, type Fleet } from "../types.ts";

export class FleetCandidates {
  readonly #fleet: Fleet;
  readonly #linkSpread: boolean;
  readonly #known: (Candidate | undefined)[] = [];

  /** @param options.linkSpread false: the forecaster takes the links as stated. */
  constructor(fleet: Fleet, options: { readonly linkSpread: boolean }) {
    this.#fleet = fleet;
    this.#linkSpread = options.linkSpread;
  }

  /** @param contactSeconds until it can be reached; a client that must be waited for is another object each time. */
  candidateOf(client: number, contactSeconds = 0): Candidate {
    const known = this.#known[client] ?? this.#describe(client);
    this.#known[client] = known;
    return contactSeconds > 0 ? { ...known, contactSeconds } : known;
  }

  #describe(client: number): Candidate {
    const { columns, devices, sites } = this.#fleet;
    const place = columns.deviceIndices[client] as number;
    const { device, backend } = devices[place] as Fleet["devices"][number];
    return {
      clientId: clientIdOf(client),
      ...{ device, backend },
      link: {
        downlinkBitsPerSecond: columns.downlinkBitsPerSecond[client] as number,
        uplinkBitsPerSecond: columns.uplinkBitsPerSecond[client] as number,
        roundTripSeconds: columns.roundTripSeconds[client] as number,
        transferLogSigma: this.#linkSpread ? (columns.transferLogSigmas[client] as number) : 0,
      },
      exampleCount: columns.exampleCounts[client] as number,
      ...(sites && { labels: [`site:${sites[client]}`] }),
    };
  }
}

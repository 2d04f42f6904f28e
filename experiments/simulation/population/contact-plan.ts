// When clients that are not always in reach can be reached: a pass in every period, each client at a time of its own.

import type { FleetGroup } from "../scenario.ts";
import type { ContactPlan } from "../types.ts";

/**
 * Passes recur with the period; client i's begin at `offsets[i]` periods. Null if all groups can be reached at any time.
 *
 * @param fleet.groups index into `contacts`, by client.
 * @param fleet.offsets 0..1, by client.
 * @example
 * const plan = contactPlan({ contacts: [{ periodSeconds: 100, passSeconds: 10 }], groups: Uint8Array.of(0), offsets: Float64Array.of(0.5) });
 * plan?.secondsUntilContact(0, 0) // 50: it can be reached from 50 to 60
 * plan?.secondsUntilContact(0, 55) // 0
 */
export function contactPlan({
  contacts,
  groups,
  offsets,
}: {
  readonly contacts: readonly FleetGroup["contact"][];
  readonly groups: Uint8Array;
  readonly offsets: Float64Array;
}): ContactPlan | null {
  if (contacts.every((contact) => contact === undefined)) return null;
  return {
    secondsUntilContact: (client, nowSeconds) => {
      const contact = contacts[groups[client] as number];
      if (contact === undefined) return 0;
      const { periodSeconds, passSeconds } = contact;
      const begin = (offsets[client] as number) * periodSeconds;
      const past = nowSeconds - begin;
      const sinceLatestBegin = past - Math.floor(past / periodSeconds) * periodSeconds;
      return sinceLatestBegin < passSeconds ? 0 : periodSeconds - sinceLatestBegin;
    },
  };
}

// What an agent says while it cannot reach its aggregator: each reason once, then now and then that it still cannot, at growing
// intervals, and in the end how long that was. It tries every few seconds all the while.

import type { Clock } from "../../foundation/clock.ts";
import { formatLimit } from "../../server/reporting/format-quantities.ts";

/** The first reminder: somebody may still be looking. */
const FIRST_REMINDER_SECONDS = 30;
/** The second; each later one comes after twice the time. */
const SECOND_REMINDER_SECONDS = 120;
/** But no silence is longer. */
const LONGEST_SILENCE_SECONDS = 3600;
/** Reasons that are said of one outage: an aggregator that makes up a new one each time fills no log. */
const MOST_REASONS = 10;

/** Each method returns the line that is due, if one is. */
export interface Outage {
  /** The connection was lost: from now on the aggregator is away. */
  lost(): undefined;
  cannotConnect(reason: string): string | undefined;
  registered(): string | undefined;
}

export function outageOn(clock: Clock): Outage {
  let sinceSeconds: number | undefined;
  let reminderSeconds = FIRST_REMINDER_SECONDS;
  let wasThere = false;
  const reasons = new Set<string>();
  const awaySeconds = () => {
    sinceSeconds ??= clock.nowSeconds();
    return clock.nowSeconds() - sinceSeconds;
  };
  return {
    lost() {
      awaySeconds();
      return undefined;
    },
    cannotConnect(reason) {
      const away = awaySeconds();
      const isNew = !reasons.has(reason) && reasons.size < MOST_REASONS;
      if (away < reminderSeconds && !isNew) return undefined;
      while (reminderSeconds <= away) reminderSeconds = reminderAfter(reminderSeconds);
      const awayWhole = Math.round(away);
      const still = reasons.size === 0 || awayWhole === 0 ? "" : `still unreachable after ${formatLimit(awayWhole)}: `;
      if (isNew) reasons.add(reason);
      return `${still}cannot reach the aggregator (${reason}); trying on${hintFor(reason, wasThere)}`;
    },
    registered() {
      wasThere = true;
      if (sinceSeconds === undefined) return undefined;
      const line = `the aggregator was out of reach for ${formatLimit(awaySeconds())}`;
      sinceSeconds = undefined;
      reminderSeconds = FIRST_REMINDER_SECONDS;
      reasons.clear();
      return line;
    },
  };
}

function reminderAfter(seconds: number): number {
  if (seconds < SECOND_REMINDER_SECONDS) return SECOND_REMINDER_SECONDS;
  return seconds + Math.min(seconds, LONGEST_SILENCE_SECONDS);
}

/** What to look at where nobody listens, or nobody has that name. An address at which it was before is right. */
function hintFor(reason: string, wasThere: boolean): string {
  if (!/\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)\b/.test(reason)) return "";
  return wasThere ? ". Is it running?" : ". Is it running, and is the address right?";
}

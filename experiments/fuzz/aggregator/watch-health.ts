// A liveness probe beside the hostile inputs.

import type { Tally } from "../findings.ts";
import { sendBytes } from "../wire/send-bytes.ts";

/** The probe must hear within this, on a machine that does other things too. */
const HEALTH_SECONDS = 10;
const PAUSE_MILLISECONDS = 250;

const REQUEST = Buffer.from("GET /v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");

/** Asks again and again until it is stopped; what is no answer is a finding. */
export function watchHealth(port: number, tally: Tally): { stop(): Promise<void> } {
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const { text } = await sendBytes(port, REQUEST, HEALTH_SECONDS);
      const what = `health answered with "${text.slice(0, 200)}" within ${HEALTH_SECONDS} s`;
      if (!text.includes('{"status":"ok"}')) tally.find("batch", what);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
  })();
  return {
    stop: () => {
      stopped = true;
      return watching;
    },
  };
}

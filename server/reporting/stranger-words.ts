// How a log names somebody who is not registered: by what it said of itself, which is printed as text and not believed.

import type { ClaimedSender } from "../security/claimed-sender.ts";
import { plainText } from "./format-quantities.ts";

/** @example strangerWords({ clientId: "lab-3", address: "10.0.0.7" }) // "lab-3 (not registered; from 10.0.0.7)" */
export function strangerWords({ clientId = "", address }: ClaimedSender = {}): string {
  const name = plainText(clientId);
  if (name === "") return `somebody not registered${address ? `, from ${plainText(address)}` : ""}`;
  return `${name} (not registered${address ? `; from ${plainText(address)}` : ""})`;
}

// What an agent says of its back-end: which, why, and in a word what it was taken instead of. What is merely not installed is named;
// one that is installed and does not work is a warning, with its reason.

import type { BackendChoice } from "../../models/tensorflow/backend.ts";

/** @param isVerbose with the reason of each that was passed over, and so the command that adds it. */
export function backendWords(backend: BackendChoice, isVerbose: boolean): readonly string[] {
  const { name, choice, passedOver } = backend;
  const missing = passedOver.filter(({ isInstalled }) => !isInstalled).map((other) => other.name);
  const inShort =
    missing.length === 0 || isVerbose ? "" : `; not installed: ${missing.join(", ")} (more with --verbose)`;
  const reasons = passedOver.filter(({ isInstalled }) => isInstalled || isVerbose);
  return [
    `back-end ${name}: ${choice}${inShort}`,
    ...reasons.map(
      (other) => `${other.isInstalled ? "warning " : ""}back-end ${other.name} was passed over: ${other.reason}`,
    ),
  ];
}

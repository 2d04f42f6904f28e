// The aggregator's logger: whatever it is given, credentials are not written.

import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

const secretFields = ["authorization", "token", "secret", "secretSha256", "privateKey", "signature", "proof", "cookie"];
/** pino's paths have no "at any depth". */
const depths = ["", "*.", "*.*.", "*.*.*."];

/** @param options pino's, but for what is redacted. */
export function createLogger(options: Omit<LoggerOptions, "redact">, destination: DestinationStream): Logger {
  const paths = depths.flatMap((depth) => secretFields.map((field) => `${depth}${field}`));
  return pino({ ...options, redact: { paths, censor: "[secret]" } }, destination);
}

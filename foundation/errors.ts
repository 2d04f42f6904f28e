// The one error class of the project and the catalogue of its codes. Expected events (late, failed, refused) are values,
// not errors; an error means that somebody must do something, and its message says what.

/** Every code, by the folder that raises it. A new code is added here, with a message that says what to do. */
export type ErrorCode =
  // models
  | "models.shape-mismatch"
  | "models.invalid-architecture"
  | "models.unknown-architecture"
  | "models.malformed-parameter-file"
  | "models.malformed-update"
  | "models.invalid-privacy"
  | "models.non-finite-parameter"
  | "models.no-usable-backend"
  | "models.device-failed"
  | "models.training-diverged"
  | "models.training-aborted"
  | "models.not-exportable"
  | "models.not-loaded"
  // workloads
  | "workloads.invalid-partition"
  | "workloads.invalid-dataset-name"
  | "workloads.dataset-missing"
  | "workloads.malformed-dataset"
  | "workloads.unsupported-layer"
  // selection
  | "selection.invalid-argument"
  | "selection.unknown-policy"
  | "selection.unknown-latency-model"
  | "selection.malformed-calibration"
  // protocol
  | "protocol.malformed-message"
  | "protocol.version-mismatch"
  // secure aggregation, both sides of it
  | "secure-aggregation.unsuitable-cohort"
  | "secure-aggregation.invalid-coding"
  | "secure-aggregation.wrong-phase"
  | "secure-aggregation.wrong-session"
  | "secure-aggregation.unknown-client"
  | "secure-aggregation.repeated-message"
  | "secure-aggregation.invalid-key"
  | "secure-aggregation.invalid-shares"
  | "secure-aggregation.wrong-length"
  | "secure-aggregation.unsafe-request"
  | "secure-aggregation.too-few-clients"
  | "secure-aggregation.too-few-shares"
  | "secure-aggregation.unrecoverable-client"
  | "secure-aggregation.implausible-sum"
  // server
  | "server.invalid-config"
  | "server.policy-not-loaded"
  | "server.malformed-request"
  | "server.unknown-run"
  | "server.dropped-run"
  | "server.run-conflict"
  | "server.address-in-use"
  | "server.malformed-journal"
  | "server.update-refused"
  | "server.no-updates"
  | "server.too-few-updates"
  | "server.malformed-strategy-state"
  | "server.too-few-clients"
  | "server.evaluation-failed"
  | "server.interrupted"
  | "server.cannot-write"
  | "server.folder-in-use"
  | "server.other-run"
  | "server.nothing-to-resume"
  | "server.no-checkpoint"
  | "server.unusable-certificate"
  | "server.malformed-credentials"
  | "server.unknown-credential"
  // client
  | "client.refused"
  | "client.unknown-backend"
  | "client.masks-required"
  | "client.cannot-connect"
  | "client.transfer-failed"
  | "client.invalid-data"
  | "client.worker-crashed"
  | "client.interrupted"
  | "client.unusable-identity"
  | "client.unusable-privacy-account"
  | "client.privacy-budget-spent"
  // cli and experiments
  | "cli.wrong-usage"
  | "cli.cannot-write"
  | "cli.target-exists"
  | "cli.interrupted"
  | "cli.setup-failed"
  | "experiments.malformed-study"
  | "experiments.cannot-write"
  | "experiments.interrupted"
  | "experiments.invalid-scenario"
  | "experiments.module-changed"
  | "experiments.child-failed"
  | "experiments.malformed-measurements"
  | "experiments.unknown-workload"
  | "experiments.data-missing"
  | "experiments.job-failed"
  | "experiments.cache-unusable"
  | "experiments.queue-not-installed"
  | "experiments.queue-unreachable";

/**
 * An error whose message says what happened, the offending value, and what to do.
 *
 * @example
 * throw new ProbSelectError("selection.unknown-policy", `No policy is named "oortt". Known: probselect, fedlim.`);
 */
export class ProbSelectError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "ProbSelectError";
    this.code = code;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

// The public API: what a program needs that selects clients, runs an aggregator or an agent, or reads a run. The types of the
// three layers (devices and forecasts, rounds, journal) come with it. Everything else is internal and may change.

// The two programs.
export { runAgent } from "./client/agent.ts";
export type { AgentOptions, AgentResult } from "./client/agent-types.ts";
// What a run leaves behind, and how it is shown.
export { type ReportExtras, renderRunReport } from "./experiments/report/render-run-report.ts";
export { writeReport } from "./experiments/report/write-report.ts";
// A user's own network, described by the tensor library.
export { type DescribeOptions, describeLayersModel } from "./models/tensorflow/describe-layers-model.ts";
export { describeModelFile } from "./models/tensorflow/describe-model-file.ts";
// Devices, forecasts and selection: all of `probselect/selection`.
export * from "./selection/index.ts";
export type { AggregationStrategy } from "./server/aggregation/types.ts";
export { type RunningAggregator, startAggregator } from "./server/aggregator.ts";
export { type ServerConfig, serverConfigSchema } from "./server/config.ts";
export type { AggregatorEvent, JournalEvent, JournalRecord, RunSummary } from "./server/journal/events.ts";
export { readJournal } from "./server/journal/read-journal.ts";
export { createTerminalReporter, type TerminalReporter } from "./server/reporting/terminal-reporter.ts";
export type { ClientOutcome, RoundMetrics, RoundOutcome, RoundPlan } from "./server/rounds/types.ts";

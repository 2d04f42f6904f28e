// The public API: what a program needs that selects clients, runs an aggregator or an agent, or reads a run. The types of the
// three layers (devices and forecasts, rounds, journal) come with it. Everything else is internal and may change.

// The two programs.
export { type AgentOptions, type AgentResult, runAgent } from "./client/agent.ts";
// What a run leaves behind, and how it is shown.
export { type ReportExtras, renderRunReport } from "./experiments/report/render-run-report.ts";
export { writeReport } from "./experiments/report/write-report.ts";
export { type ErrorCode, ProbSelectError } from "./foundation/errors.ts";
export type { Architecture } from "./models/architecture.ts";
// Devices, forecasts and selection: pure functions.
export type { LayerCall, LayersModelDescription, Shape } from "./models/layers-model-description.ts";
export type { NetworkOptions } from "./models/networks/network-builder.ts";
export { publishedNetwork, publishedNetworkNames } from "./models/networks/published-networks.ts";
export { type DescribeOptions, describeLayersModel } from "./models/tensorflow/describe-layers-model.ts";
export { describeModelFile } from "./models/tensorflow/describe-model-file.ts";
export { findArchitecture, zoo } from "./models/zoo.ts";
export type { NetworkLink } from "./network/link.ts";
export { searchDevices } from "./selection/devices/find-device.ts";
export { resolveDevice } from "./selection/devices/resolve-device.ts";
export { type Calibration, parseCalibration } from "./selection/latency/calibrated/calibration.ts";
export {
  findLatencyModel,
  findStepModel,
  type LatencyModelOptions,
  latencyModelNames,
} from "./selection/latency/find-latency-model.ts";
export { type CandidateColumns, type FleetDevice, forecastColumns } from "./selection/latency/forecast-columns.ts";
export { rooflineModel } from "./selection/latency/roofline/roofline-model.ts";
export type { StepForecast, StepModel } from "./selection/latency/step-forecast.ts";
export { createPolicy, policyHonoursPriorities, policyNames } from "./selection/policies/find-policy.ts";
export type { SelectionPolicy, SelectionRequest } from "./selection/policy/policy.ts";
export { selectClients } from "./selection/policy/select-clients.ts";
export type { ComputeLaw, ComputeLawKind } from "./selection/probability/compute-law.ts";
export { type ClientRules, clientRulesSchema } from "./selection/rules/client-rules.ts";
export { createRuledPolicy } from "./selection/rules/ruled-policy.ts";
export { withClientRules } from "./selection/rules/with-client-rules.ts";
export type {
  Candidate,
  CatalogueDevice,
  ClientWork,
  DeviceClass,
  DeviceReport,
  ForecastCandidate,
  LatencyForecast,
  LatencyModel,
  ResolvedDevice,
  SelectionDecision,
  ServiceLevelObjective,
  UncertaintyTier,
} from "./selection/types.ts";
export { type RunningAggregator, startAggregator } from "./server/aggregator.ts";
export { type ServerConfig, serverConfigSchema } from "./server/config.ts";
export type { AggregatorEvent, JournalEvent, JournalRecord, RunSummary } from "./server/journal/events.ts";
export { readJournal } from "./server/journal/read-journal.ts";
export { createTerminalReporter, type TerminalReporter } from "./server/reporting/terminal-reporter.ts";
export type {
  AggregationStrategy,
  ClientOutcome,
  RoundMetrics,
  RoundOutcome,
  RoundPlan,
} from "./server/rounds/types.ts";
export { type LayersModelCost, layersModelCost } from "./workloads/keras/layers-model-cost.ts";
export { type LayersModelWorkload, layersModelWorkload } from "./workloads/keras/layers-model-workload.ts";
export type { LayerCost, ModelCost, NumericPrecision, TrainingSettings, Workload } from "./workloads/workload.ts";
export { workloadFor } from "./workloads/workload-for.ts";

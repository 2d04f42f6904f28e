// `probselect/selection`: devices, forecasts and client selection on their own, for programs that bring their own training. Pure
// functions: importing it loads no tensor library, no socket and no file, so it runs in a browser, too.

export { type ErrorCode, ProbSelectError } from "../foundation/errors.ts";
export type { RandomSource } from "../foundation/random-source.ts";
// Networks as data, and what a round of them costs.
export type { Architecture } from "../models/architecture.ts";
export type { LayerCall, LayersModelDescription, Shape } from "../models/layers-model-description.ts";
export type { NetworkOptions } from "../models/networks/network-builder.ts";
export { publishedNetwork, publishedNetworkNames } from "../models/networks/published-networks.ts";
export { findArchitecture, zoo } from "../models/zoo.ts";
// Links.
export { MAXIMUM_TRANSFER_LOG_SIGMA, type NetworkLink } from "../network/link.ts";
export { findLinkProfile, type LinkProfile, linkProfiles } from "../network/link-profiles.ts";
export { type LayersModelCost, layersModelCost } from "../workloads/keras/layers-model-cost.ts";
export { type LayersModelWorkload, layersModelWorkload } from "../workloads/keras/layers-model-workload.ts";
export type { LayerCost, ModelCost, NumericPrecision, TrainingSettings, Workload } from "../workloads/workload.ts";
export { workloadFor } from "../workloads/workload-for.ts";
// Devices.
export { searchDevices } from "./devices/find-device.ts";
export { resolveDevice } from "./devices/resolve-device.ts";
export { type ExplanationPart, explainForecast, type ForecastExplanation } from "./explain-forecast.ts";
// Forecasts.
export { type Calibration, parseCalibration } from "./latency/calibrated/calibration.ts";
export {
  findLatencyModel,
  findStepModel,
  type LatencyModelOptions,
  latencyModelNames,
} from "./latency/find-latency-model.ts";
export { type CandidateColumns, type FleetDevice, forecastColumns } from "./latency/forecast-columns.ts";
export { rooflineModel } from "./latency/roofline/roofline-model.ts";
export { roundTimeLawOf } from "./latency/round-model.ts";
export type { StepForecast, StepModel } from "./latency/step-forecast.ts";
// Policies, and the seam that a policy of your own fills.
export { createPolicy, type PolicyOptions, policyNames, policySummaries } from "./policies/find-policy.ts";
export type { OwnChoice } from "./policies/own-choices.ts";
export {
  type OwnCandidate,
  type OwnFeedback,
  type OwnFunctions,
  type OwnLearn,
  type OwnRequest,
  type OwnSelect,
  ownPolicy,
} from "./policies/own-policy.ts";
export type { AdaptedWork, AdaptedWorkRequest, CandidateTable, RoundTimes } from "./policy/candidate-table.ts";
export { ClientSlots } from "./policy/client-slots.ts";
export { drawsOf } from "./policy/draws.ts";
export { codeOf } from "./policy/impossibility.ts";
export {
  type Choice,
  type ClientFeedback,
  type LearningPolicy,
  type MonitoredRequest,
  type Monitoring,
  type MonitoringPolicy,
  type OraclePolicy,
  type PolicyDefinition,
  type PolicyNeed,
  type RoundEnd,
  type RoundFeedback,
  type RoundObjective,
  type Selection,
  type SelectionPolicy,
  type SelectionRequest,
  type StaticPolicy,
  startPolicy,
  type TrueRequest,
  type Truth,
} from "./policy/policy.ts";
export { firstOf, indicesWhere, type Order } from "./policy/ranking.ts";
export { reforecastWith } from "./policy/reforecast.ts";
export type { RoundForecast } from "./policy/round-forecast.ts";
export { type RoundDecision, type SelectClientsOptions, selectClients } from "./policy/select-clients.ts";
export { type Reforecast, type TableOptions, tableOfCandidates } from "./policy/table-of-candidates.ts";
export { type ColumnTableOptions, tableOfColumns } from "./policy/table-of-columns.ts";
export { type ComputeLaw, type ComputeLawKind, computeLawKinds } from "./probability/compute-law.ts";
export { type RoundTimeLaw, roundTimeCdf, roundTimeQuantile } from "./probability/round-time.ts";
export {
  type Candidate,
  type CatalogueDevice,
  type ClientWork,
  type DeviceClass,
  type DeviceReport,
  type EnergyBudget,
  type ForecastCandidate,
  type LatencyForecast,
  type LatencyModel,
  type ResolvedDevice,
  type SelectionDecision,
  type SelectionReasonCode,
  type ServiceLevelObjective,
  selectionReasonCodes,
  type UncertaintyTier,
} from "./types.ts";

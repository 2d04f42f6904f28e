// A program that has nothing but `probselect/selection`: it prints whom it would ask.

import {
  type Candidate,
  createPolicy,
  findArchitecture,
  findLatencyModel,
  findLinkProfile,
  resolveDevice,
  selectClients,
  workloadFor,
} from "../../../selection/index.ts";

const training = { epochs: 1, batchSize: 32, learningRate: 0.05, momentum: 0 };
const workload = workloadFor({ architecture: findArchitecture("lenet5"), training });
const slo = { deadlineSeconds: 8, minimumProbability: 0.8 };
const model = findLatencyModel("roofline");
const candidates = ["lte", "satellite-narrowband"].map((name) => {
  const device = resolveDevice({ kind: "gpu", name: "Jetson TX2" });
  const candidate: Candidate = { clientId: name, device, link: findLinkProfile(name).link, exampleCount: 2000 };
  return { candidate, forecast: model.forecast(candidate, workload, slo) };
});
const { decisions } = selectClients({ policy: createPolicy("probselect"), round: 1, seed: 1, slo, candidates });
console.log(JSON.stringify(decisions.map(({ clientId, selected }) => [clientId, selected])));

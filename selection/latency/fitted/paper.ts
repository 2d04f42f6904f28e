// Generated: measured utilisations by GPU, by generation and over all, for the model paper. Do not edit; run
//   npm run fit -- --data ../shared/data

import type { FittedUtilisations } from "../paper/paper-step.ts";

/** Means and standard deviations over the networks of lamikr/pytorch-gpu-benchmark (MIT), lambdal/deeplearning-benchmark (no licence file, figures only), xiaoran007/GPU-Insights (BSD-3-Clause). */
export const fittedUtilisations: FittedUtilisations = {
  devices: {
    "A10 PCIe": {
      fp32: { mean: 0.137004, standardDeviation: 0.114739, rows: 1 },
      fp16: { mean: 0.125227, standardDeviation: 0.13271, rows: 1 },
    },
    "A100 PCIe 40 GB": {
      fp32: { mean: 0.131048, standardDeviation: 0.00989139, rows: 3 },
      fp16: { mean: 0.102425, standardDeviation: 0.0101287, rows: 3 },
    },
    "A100 PCIe 80 GB": {
      fp32: { mean: 0.148879, standardDeviation: 0.0107016, rows: 2 },
      fp16: { mean: 0.112253, standardDeviation: 0.00786633, rows: 2 },
    },
    "A100 SXM4 80 GB": {
      fp32: { mean: 0.156669, standardDeviation: 0.0110951, rows: 2 },
      fp16: { mean: 0.116736, standardDeviation: 0.00770904, rows: 2 },
    },
    "A40 PCIe": {
      fp32: { mean: 0.127924, standardDeviation: 0.107134, rows: 1 },
      fp16: { mean: 0.107024, standardDeviation: 0.113419, rows: 1 },
    },
    "Apple M1 (8-core GPU)": {
      fp32: { mean: 0.282837, standardDeviation: 0.236873, rows: 1 },
      fp16: { mean: 0.25151, standardDeviation: 0.266539, rows: 1 },
    },
    "Apple M1 Max (32-core GPU)": {
      fp32: { mean: 0.268283, standardDeviation: 0.224684, rows: 1 },
      fp16: { mean: 0.268283, standardDeviation: 0.284314, rows: 1 },
    },
    "GH200 96GB (GPU part)": {
      fp32: { mean: 0.102254, standardDeviation: 0.0856368, rows: 1 },
      fp16: { mean: 0.0704826, standardDeviation: 0.0746942, rows: 1 },
    },
    "GeForce GTX 1080 Ti": {
      fp32: { mean: 0.554116, standardDeviation: 0.288575, rows: 13 },
      fp16: { mean: 0.58763, standardDeviation: 0.326736, rows: 13 },
    },
    "GeForce RTX 2060 Max-Q": {
      fp32: { mean: 0.576208, standardDeviation: 0.442053, rows: 25 },
      fp16: { mean: 0.232026, standardDeviation: 0.197758, rows: 25 },
    },
    "GeForce RTX 2070 Max-Q": {
      fp32: { mean: 0.606637, standardDeviation: 0.508051, rows: 1 },
      fp16: { mean: 0.294871, standardDeviation: 0.312491, rows: 1 },
    },
    "GeForce RTX 2080 Max-Q": {
      fp32: { mean: 0.555368, standardDeviation: 0.465114, rows: 1 },
      fp16: { mean: 0.275782, standardDeviation: 0.292261, rows: 1 },
    },
    "GeForce RTX 2080 Ti": {
      fp32: { mean: 0.49871, standardDeviation: 0.340088, rows: 40 },
      fp16: { mean: 0.177382, standardDeviation: 0.127753, rows: 40 },
    },
    "GeForce RTX 3070": {
      fp32: { mean: 0.297322, standardDeviation: 0.249003, rows: 1 },
      fp16: { mean: 0.253207, standardDeviation: 0.268337, rows: 1 },
    },
    "GeForce RTX 3080 Max-Q": {
      fp32: { mean: 0.309495, standardDeviation: 0.259198, rows: 1 },
      fp16: { mean: 0.281432, standardDeviation: 0.298249, rows: 1 },
    },
    "GeForce RTX 3090": {
      fp32: { mean: 0.251165, standardDeviation: 0.205178, rows: 30 },
      fp16: { mean: 0.189553, standardDeviation: 0.158781, rows: 30 },
    },
    "GeForce RTX 4080 SUPER": {
      fp32: { mean: 0.258194, standardDeviation: 0.216234, rows: 1 },
      fp16: { mean: 0.247916, standardDeviation: 0.26273, rows: 1 },
    },
    "GeForce RTX 4090": {
      fp32: { mean: 0.223312, standardDeviation: 0.00654332, rows: 3 },
      fp16: { mean: 0.20907, standardDeviation: 0.0142864, rows: 3 },
    },
    "GeForce RTX 5090": {
      fp32: { mean: 0.276646, standardDeviation: 0.231688, rows: 1 },
      fp16: { mean: 0.235022, standardDeviation: 0.249066, rows: 1 },
    },
    "H100 SXM5 80 GB": {
      fp32: { mean: 0.084656, standardDeviation: 0.00304668, rows: 3 },
      fp16: { mean: 0.0625162, standardDeviation: 0.00181517, rows: 3 },
    },
    "NVIDIA H20": {
      fp32: { mean: 0.39314, standardDeviation: 0.32925, rows: 1 },
      fp16: { mean: 0.290551, standardDeviation: 0.307913, rows: 1 },
    },
    "P104-100": {
      fp32: { mean: 0.459444, standardDeviation: 0.0215722, rows: 2 },
      fp16: { mean: 0.52872, standardDeviation: 0.0285287, rows: 2 },
    },
    "Quadro RTX 5000": {
      fp32: { mean: 0.468698, standardDeviation: 0.392528, rows: 1 },
      fp16: { mean: 0.12075, standardDeviation: 0.127966, rows: 1 },
    },
    "Quadro RTX 6000": {
      fp32: { mean: 0.452794, standardDeviation: 0.379209, rows: 1 },
      fp16: { mean: 0.121265, standardDeviation: 0.128512, rows: 1 },
    },
    "Quadro RTX 8000": {
      fp32: { mean: 0.418195, standardDeviation: 0.0249309, rows: 3 },
      fp16: { mean: 0.118383, standardDeviation: 0.00502218, rows: 3 },
    },
    "RTX A4500": {
      fp32: { mean: 0.1774, standardDeviation: 0.14857, rows: 1 },
      fp16: { mean: 0.157429, standardDeviation: 0.166836, rows: 1 },
    },
    "RTX A5000": {
      fp32: { mean: 0.195381, standardDeviation: 0.0163406, rows: 2 },
      fp16: { mean: 0.172789, standardDeviation: 0.01754, rows: 2 },
    },
    "RTX A5500": {
      fp32: { mean: 0.151456, standardDeviation: 0.126842, rows: 1 },
      fp16: { mean: 0.132209, standardDeviation: 0.140109, rows: 1 },
    },
    "RTX A6000": {
      fp32: { mean: 0.150729, standardDeviation: 0.0122041, rows: 2 },
      fp16: { mean: 0.134008, standardDeviation: 0.011174, rows: 2 },
    },
    "RTX PRO 6000 Blackwell": {
      fp32: { mean: 0.133547, standardDeviation: 0.111844, rows: 1 },
      fp16: { mean: 0.121855, standardDeviation: 0.129136, rows: 1 },
    },
    "Radeon 780M": {
      fp32: { mean: 0.248939, standardDeviation: 0.186984, rows: 11 },
      fp16: { mean: 0.127793, standardDeviation: 0.0895466, rows: 13 },
    },
    "Radeon Instinct MI50": {
      fp32: { mean: 0.117124, standardDeviation: 0.0980899, rows: 1 },
      fp16: { mean: 0.08568, standardDeviation: 0.0907997, rows: 1 },
    },
    "Radeon RX 5700": {
      fp32: { mean: 0.35818, standardDeviation: 0.250281, rows: 16 },
      fp16: { mean: 0.0348251, standardDeviation: 0.0211757, rows: 16 },
    },
    "Radeon RX 7700S": {
      fp32: { mean: 0.255085, standardDeviation: 0.208153, rows: 52 },
      fp16: { mean: 0.10187, standardDeviation: 0.0771948, rows: 52 },
    },
    "Radeon RX 7800 XT": {
      fp32: { mean: 0.22188, standardDeviation: 0.191234, rows: 26 },
      fp16: { mean: 0.100872, standardDeviation: 0.0997463, rows: 26 },
    },
    "Radeon RX 7900 XTX": {
      fp32: { mean: 0.311818, standardDeviation: 0.239449, rows: 26 },
      fp16: { mean: 0.121281, standardDeviation: 0.100717, rows: 26 },
    },
    "TITAN RTX": {
      fp32: { mean: 0.341348, standardDeviation: 0.283285, rows: 26 },
      fp16: { mean: 0.0739621, standardDeviation: 0.0704519, rows: 26 },
    },
    "TITAN X Pascal": {
      fp32: { mean: 0.411141, standardDeviation: 0.344325, rows: 1 },
      fp16: { mean: 0.513217, standardDeviation: 0.543884, rows: 1 },
    },
    "TITAN Xp": {
      fp32: { mean: 0.363812, standardDeviation: 0.287342, rows: 26 },
      fp16: { mean: 0.316921, standardDeviation: 0.258469, rows: 26 },
    },
    "Tesla V100 PCIe 32 GB": {
      fp32: { mean: 0.638989, standardDeviation: 0.535145, rows: 1 },
      fp16: { mean: 0.179779, standardDeviation: 0.190522, rows: 1 },
    },
    "Tesla V100 SXM2 16 GB": {
      fp32: { mean: 0.553729, standardDeviation: 0.463741, rows: 1 },
      fp16: { mean: 0.156252, standardDeviation: 0.165589, rows: 1 },
    },
  },
  generations: {
    "amd GCN 5.1": {
      fp32: { mean: 0.117124, standardDeviation: 0.0980899, rows: 1 },
      fp16: { mean: 0.08568, standardDeviation: 0.0907997, rows: 1 },
    },
    "amd RDNA 1.0": {
      fp32: { mean: 0.35818, standardDeviation: 0.250281, rows: 16 },
      fp16: { mean: 0.0348251, standardDeviation: 0.0211757, rows: 16 },
    },
    "amd RDNA 3.0": {
      fp32: { mean: 0.259816, standardDeviation: 0.212426, rows: 115 },
      fp16: { mean: 0.108842, standardDeviation: 0.0900809, rows: 117 },
    },
    "apple Apple G13": {
      fp32: { mean: 0.27556, standardDeviation: 0.00727701, rows: 2 },
      fp16: { mean: 0.259897, standardDeviation: 0.00838648, rows: 2 },
    },
    "nvidia Ada Lovelace": {
      fp32: { mean: 0.232032, standardDeviation: 0.0161322, rows: 4 },
      fp16: { mean: 0.218782, standardDeviation: 0.0208809, rows: 4 },
    },
    "nvidia Ampere": {
      fp32: { mean: 0.221958, standardDeviation: 0.17148, rows: 47 },
      fp16: { mean: 0.172808, standardDeviation: 0.13244, rows: 47 },
    },
    "nvidia Blackwell 2.0": {
      fp32: { mean: 0.205096, standardDeviation: 0.0715496, rows: 2 },
      fp16: { mean: 0.178439, standardDeviation: 0.0565839, rows: 2 },
    },
    "nvidia Hopper": {
      fp32: { mean: 0.149872, standardDeviation: 0.121847, rows: 5 },
      fp16: { mean: 0.109716, standardDeviation: 0.0904809, rows: 5 },
    },
    "nvidia Pascal": {
      fp32: { mean: 0.428396, standardDeviation: 0.290581, rows: 42 },
      fp16: { mean: 0.415471, standardDeviation: 0.300771, rows: 42 },
    },
    "nvidia Turing": {
      fp32: { mean: 0.475171, standardDeviation: 0.355382, rows: 98 },
      fp16: { mean: 0.16313, standardDeviation: 0.147523, rows: 98 },
    },
    "nvidia Volta": {
      fp32: { mean: 0.596359, standardDeviation: 0.0426302, rows: 2 },
      fp16: { mean: 0.168016, standardDeviation: 0.0117637, rows: 2 },
    },
  },
  all: {
    fp32: { mean: 0.342963, standardDeviation: 0.287228, rows: 334 },
    fp16: { mean: 0.171346, standardDeviation: 0.181585, rows: 336 },
  },
};

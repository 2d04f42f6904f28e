// The demo's fleet: eight emulated devices across the continuum, two of each kind. Names are catalogue rows, links are
// profiles of network/link-profiles.ts; nothing here is a duration.

export interface DemoDevice {
  readonly clientId: string;
  /** A name that the GPU catalogue resolves. */
  readonly gpuName: string;
  readonly linkProfile: string;
}

export const demoFleet: readonly DemoDevice[] = [
  { clientId: "datacentre-1", gpuName: "A100 PCIe 40 GB", linkProfile: "datacentre" },
  { clientId: "datacentre-2", gpuName: "L4", linkProfile: "datacentre" },
  { clientId: "desktop-1", gpuName: "GeForce RTX 3090", linkProfile: "home-broadband" },
  { clientId: "desktop-2", gpuName: "GeForce RTX 4060", linkProfile: "wifi" },
  { clientId: "jetson-1", gpuName: "Jetson AGX Orin 32 GB", linkProfile: "wifi" },
  { clientId: "jetson-2", gpuName: "Jetson Orin Nano 8 GB", linkProfile: "lte" },
  { clientId: "satellite-1", gpuName: "Jetson Xavier NX 8 GB", linkProfile: "leo-satellite" },
  { clientId: "satellite-2", gpuName: "Jetson TX2", linkProfile: "satellite-narrowband" },
];

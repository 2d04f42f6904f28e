// The GPU catalogue: static specifications of 175 GPUs, from data-centre accelerators to edge modules. A row whose source
// counts two instructions a clock (RDNA 3 and 4) carries the single-issue fp32 peak, and a card with two GPUs (Tesla K80
// and M60, Instinct MI250 and MI250X) is one of them, as a process sees it.

import { type CatalogueRow, parseCatalogueTable } from "./catalogue/catalogue-table.ts";
import { datacentreTable } from "./catalogue/datacentre.ts";
import { desktopTable } from "./catalogue/desktop.ts";
import { edgeTable } from "./catalogue/edge.ts";
import { laptopTable } from "./catalogue/laptop.ts";
import { workstationTable } from "./catalogue/workstation.ts";

/** Every row, by class and then as the tables list them; names are unique. */
export const gpuCatalogue: readonly CatalogueRow[] = [
  ...parseCatalogueTable("datacentre", datacentreTable),
  ...parseCatalogueTable("workstation", workstationTable),
  ...parseCatalogueTable("desktop", desktopTable),
  ...parseCatalogueTable("laptop", laptopTable),
  ...parseCatalogueTable("edge", edgeTable),
];

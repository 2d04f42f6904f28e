// Every study by its name. A new one is one folder and one entry here.

import { paperStudy } from "./paper/paper-study.ts";
import type { Study } from "./study.ts";

export const studies: readonly Study[] = [paperStudy];

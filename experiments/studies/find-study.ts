// Every study by its name. A new one is one folder and one entry here.

import { ablationStudy } from "./ablation/ablation-study.ts";
import { almAccuracyStudy } from "./alm-accuracy/alm-accuracy-study.ts";
import { calibrationStudy } from "./calibration/calibration-study.ts";
import { fairnessStudy } from "./fairness/fairness-study.ts";
import { paperStudy } from "./paper/paper-study.ts";
import { scaleStudy } from "./scale/scale-study.ts";
import { sloWasteStudy } from "./slo-waste/slo-waste-study.ts";
import type { Study } from "./study.ts";
import { timeToAccuracyStudy } from "./time-to-accuracy/time-to-accuracy-study.ts";

export const studies: readonly Study[] = [
  paperStudy,
  sloWasteStudy,
  almAccuracyStudy,
  calibrationStudy,
  fairnessStudy,
  timeToAccuracyStudy,
  scaleStudy,
  ablationStudy,
];

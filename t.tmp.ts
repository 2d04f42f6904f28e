import { roundTimeGrid } from "./selection/probability/round-time-grid.ts";
import { roundTimeCdf } from "./selection/probability/round-time.ts";
for (const law of [{kind:"normal-utilisation",relativeSigma:0.25},{kind:"normal-utilisation",relativeSigma:0.38},{kind:"normal-utilisation",relativeSigma:0.012},{kind:"log-normal",logSigma:0.24},{kind:"log-student-t",logScale:0.22,degreesOfFreedom:10},{kind:"log-student-t",logScale:0.34,degreesOfFreedom:2.5}] as any[])
 for (const s of [0.1,0.41,0.74,1.38]) {
  const t0=performance.now(); const g=roundTimeGrid(law,s); const t1=performance.now();
  let worst=0,at:any; for(let i=0;i<20000;i++){const x=Math.exp(-9+11*Math.random())*(Math.random()<.5?1:0)+(Math.random()<.5?Math.random()*1.5:0),y=Math.exp(-11+13*Math.random());
   const p=g.probability(x,y),q=roundTimeCdf({fixedSeconds:0,transferSeconds:y,transferLogSigma:s,compute:[{expectedSeconds:x,law}]},1);const e=Math.abs(p-q);if(!(e<=worst)){worst=e;at=[x,y,p,q];}}
  console.log(law.kind,law.relativeSigma??law.logSigma??law.logScale,s,"build ms",(t1-t0).toFixed(0),"worst",worst.toExponential(2),at);
 }

// The report's style sheet: one column, tabular figures, light or dark as the reader's system asks, and fit to print.

import { colourVariables } from "./figures/palette.ts";

export const styleSheet = `
:root{color-scheme:light dark;${colourVariables("light")}}
@media (prefers-color-scheme:dark){:root{${colourVariables("dark")}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 Inter,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums;-webkit-font-smoothing:antialiased}
main{max-width:1040px;margin:0 auto;padding:56px 40px 72px}
h1{font-size:40px;line-height:1.1;letter-spacing:-.02em;margin:0 0 12px;overflow-wrap:anywhere}
h2{font-size:22px;letter-spacing:-.01em;margin:48px 0 16px;padding-top:20px;border-top:1px solid var(--rule)}
p{margin:0 0 12px;max-width:72ch}
.kicker{font-size:13px;font-weight:600;letter-spacing:.08em;text-transform:uppercase;color:var(--completed);margin-bottom:6px}
.lead{font-size:18px;color:var(--muted)}
.lead strong{color:var(--ink);font-weight:600}
.small,.why{color:var(--muted);font-size:12.5px}
.warning{color:var(--failed)}
td .warning{display:block;font-size:12.5px}
.cards{display:grid;grid-template-columns:repeat(4,1fr);gap:16px;margin:32px 0 0}
.card{background:var(--panel);border-radius:10px;padding:18px 20px}
.card dt{font-size:13px;color:var(--muted)}
.card dd{margin:0}
.card .value{font-size:32px;font-weight:650;letter-spacing:-.02em;line-height:1.25;white-space:nowrap}
.card .note{font-size:13px;color:var(--muted);line-height:1.4}
.card .beside{font-size:13px;font-weight:600;margin-top:10px;padding-top:10px;border-top:1px solid var(--rule)}
figure{margin:0 0 40px}
figure svg{display:block;width:100%;height:auto}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 24px}
figcaption{font-size:14px;color:var(--muted);margin-top:8px;max-width:80ch}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.4}
th,td{text-align:left;padding:7px 12px 7px 0;border-bottom:1px solid var(--rule);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-weight:500;font-size:12.5px;vertical-align:bottom}
tbody th{font-weight:600;overflow-wrap:anywhere;min-width:7.5em}
td{overflow-wrap:break-word}
.number{text-align:right;white-space:nowrap}
.number+td:not(.number),.number+th:not(.number){padding-left:12px}
.rounds{table-layout:fixed;min-width:860px}
.rounds td{overflow-wrap:anywhere}
.rounds .client{width:12%}.rounds .tier{width:11%}.rounds .quantity{width:7.5%}.rounds .decision{width:33%}
tr.skipped,tr.skipped th{color:var(--muted);font-weight:400}
tr.skipped strong{font-weight:500}
.status{font-weight:600;white-space:nowrap}
.status::before{content:"";display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:7px;background:var(--muted)}
.status.completed::before{background:var(--completed)}
.status.late::before{background:var(--late)}
.status.surplus::before{background:var(--surplus)}
.status.stale::before{background:var(--stale)}
.status.failed::before{background:var(--failed)}
.status.unresponsive::before{background:var(--unresponsive)}
.status.refused::before{background:var(--refused)}
details{margin:0 0 24px}
summary{cursor:pointer;padding:6px 0;font-size:15px}
summary span{color:var(--muted)}
.incidents{list-style:none;margin:0;padding:0;font-size:14px}
.incidents li{padding:5px 0;border-bottom:1px solid var(--rule);overflow-wrap:anywhere}
.incidents time{color:var(--muted);margin-right:8px}
.definitions{display:grid;grid-template-columns:180px 1fr;gap:10px 24px;margin:0;font-size:15px}
.definitions dt{font-weight:600}
.definitions dd{margin:0;max-width:72ch}
pre{background:var(--panel);border-radius:8px;padding:16px;font:12.5px/1.5 ui-monospace,Menlo,Consolas,"Liberation Mono",monospace;overflow-x:auto}
@media screen and (max-width:760px){main{padding:28px 18px}.cards{grid-template-columns:1fr 1fr}.pair{display:block}.definitions{grid-template-columns:1fr;gap:2px}.definitions dd{margin-bottom:12px}h1{font-size:30px}figure{overflow-x:auto}figure svg{min-width:620px}.pair figure svg{min-width:0}}
@media print{:root{color-scheme:light;${colourVariables("light")}}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}main{max-width:none;padding:0}body{font-size:12px}h1{font-size:30px}.lead{font-size:14px}.card{padding:12px 14px}.card .value{font-size:24px}table{font-size:10px}.why,.small{font-size:9.5px}.scroll{overflow:visible}.rounds{min-width:0}th,td{padding:4px 8px 4px 0}.definitions{font-size:11.5px;grid-template-columns:130px 1fr}figcaption{font-size:11px}figure,.card,tr{break-inside:avoid}h2{break-after:avoid;margin-top:36px}}
`.trim();

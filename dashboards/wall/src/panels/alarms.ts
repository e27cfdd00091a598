/** The active alarms, severest first: as many as fit, and how many more. */

import { inOrder, isShelved, shortTime, standing, whereabouts } from "../alarm_words";
import type { Alarm, AlarmsPanel } from "../protocol";
import { said, words } from "../words";
import { PanelView, type Sight } from "./panel";
import { Rows, type Row } from "./rows";

export class AlarmsView extends PanelView {
  private readonly rows: Rows;

  constructor(panel: AlarmsPanel, parent: Element) {
    super(panel, parent, "alarms");
    this.rows = new Rows(this.body, [{ yields: true }, { yields: true, below: true }, { numeric: true }]);
  }

  override resize(): void {
    super.resize();
    this.rows.resize(this.width, this.height);
  }

  show({ state, nowMs }: Sight): void {
    const alarms = inOrder(state.alarms.values());
    const empty = state.alarmsTold ? words.noAlarm : words.alarmsUntold;
    const rows = alarms.map((alarm) => alarmRow(alarm, nowMs));
    this.rows.show(rows.length > 0 ? rows : [{ cells: [{ texts: [empty], tone: "quiet" }] }]);
  }
}

function alarmRow(alarm: Alarm, nowMs: number): Row {
  const calm = isShelved(alarm);
  const title = said(alarm.title);
  const where = whereabouts(alarm);
  const stand = standing(alarm, nowMs)[0] ?? "";
  const severity = words.severities[alarm.severity] ?? alarm.severity;
  return {
    cells: [
      { texts: [`${severity}: ${title}`, title], icon: alarm.severity, tone: calm ? "quiet" : severityTone(alarm) },
      { texts: [[...where, stand].filter(Boolean).join(" · "), stand || where[0] || ""], tone: "quiet" },
      { texts: [shortTime(alarm.began_ms, nowMs)], tone: "quiet" },
    ],
    data: { alarm: alarm.alarm, severity: alarm.severity },
  };
}

function severityTone(alarm: Alarm): "attention" | "strong" {
  return alarm.severity === "notice" ? "strong" : "attention";
}

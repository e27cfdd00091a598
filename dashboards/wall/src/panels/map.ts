/** Communes shaded by an indicator, with the stations on them. */

import { geoCentroid, geoMercator, geoPath, type GeoProjection } from "d3-geo";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { aqiClass } from "../aqi";
import { rem, setData, setText, SMALL_REM, svg, textWidth } from "../dom";
import { MISSING, number } from "../format";
import { isStale } from "../judge";
import { Legend, shadeClass, shadeColours } from "./legend";
import { placeBeside, placeBoxes, placeLabels, type Box } from "../layout";
import { holds, parted } from "../outlying";
import { bare } from "../place";
import type { MapPanel, Mark, Value } from "../protocol";
import { PanelView, type Sight } from "./panel";
import { rewind } from "../rewind";
import { said } from "../words";
import { OUTLINES } from "../shapes";

type Position2 = [number, number];
type Commune = Feature<Geometry, { code: string; vi: string; en: string }>;

interface DrawnMark {
  mark: Mark;
  group: SVGGElement;
  text: SVGTextElement | null;
  rect: SVGRectElement | null;
  bar: SVGRectElement | null;
}

export class MapView extends PanelView {
  private readonly canvas: SVGSVGElement;
  private readonly legend: Legend;
  private readonly marksOnIt: Mark[];
  private readonly colours: string[];
  private near: Commune[] = [];
  private far: Commune[] = [];
  private areas = new Map<string, SVGPathElement>();
  private marks: DrawnMark[] = [];
  private shown: Sight | null = null;

  constructor(
    private readonly panel: MapPanel,
    version: string,
    parent: Element,
  ) {
    super(panel, parent, "map", panel.shade ? said(panel.shade.unit) : "");
    this.body.classList.add("map-body");
    this.canvas = svg("svg", { class: "map-canvas" }, this.body);
    this.legend = new Legend(panel, this.body);
    this.marksOnIt = panel.marks ?? [];
    this.colours = panel.shade ? shadeColours(panel.shade.steps, panel.shade) : [];
    void this.fetch(version);
  }

  /** Shades, then kinds of stations too, stand two beside each other where the legend would be higher than the panel. */
  override resize(): void {
    super.resize();
    const { classList } = this.legend.root;
    classList.remove("dense", "denser");
    for (const step of ["dense", "denser"]) classList.toggle(step, this.legend.root.offsetHeight > this.height);
    this.draw();
  }

  show(sight: Sight): void {
    this.shown = sight;
    const { state, nowMs } = sight;
    for (const [code, path] of this.areas) this.shade(path, state.values.get(this.panel.shade?.keys[code] ?? ""), nowMs);
    for (const drawn of this.marks) showMark(drawn, state.values.get(drawn.mark.key), nowMs);
  }

  private async fetch(version: string): Promise<void> {
    for (let pause = 1000; ; pause = Math.min(pause * 2, 15_000)) {
      try {
        const answer = await fetch(`/map.geojson?v=${encodeURIComponent(version)}`);
        if (answer.ok) {
          const { features } = (await answer.json()) as { features: Commune[] };
          ({ near: this.near, far: this.far } = parted(features.map(rewind)));
          this.draw();
          return;
        }
      } catch {
        // The hub is away: the band says so, and the map comes with it.
      }
      if (!this.root.isConnected) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  private draw(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.canvas.replaceChildren();
    this.areas.clear();
    this.marks = [];
    if (width === 0 || height === 0 || this.near.length === 0) return;
    this.canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const unit = rem();
    hatching(this.canvas, unit);
    const ground = svg("g", { class: "ground" }, this.canvas);
    const frame = this.far.length > 0 ? frameFor(this.near, this.far, width, height, unit) : null;
    const from = frame && frame.x === 0 ? frame.width : 0;
    const field = { x: from, y: 0, width: width - (frame?.width ?? 0), height };
    const projection = this.besides(field, frame, unit) ?? fitted(this.near, field, 1.2 * unit);
    this.drawGround(this.near, projection, "commune", ground);
    const outside = frame && this.drawFrame(frame, unit, ground);
    const locate = ([x, y]: [number, number]): [number, number] | null =>
      outside && holds(this.far, [x, y]) ? outside([x, y]) : projection([x, y]);
    this.drawMarks(locate, width, height, unit, geoPath(projection), frame ? [frame] : []);
    if (this.shown) this.show(this.shown);
  }

  /** Where the land is so narrow that chips have room beside it, it leaves them a column either side: that of the
   * frame's is above or below it. Null: there is no such room, or there are few chips. */
  private besides(field: Box, frame: Box | null, unit: number): GeoProjection | null {
    const chips = this.marksOnIt.filter((mark) => mark.kind === this.panel.stations?.kind).length;
    if (chips < MANY) return null;
    const column = CHIP[0] * unit + 2 * GAP * unit;
    const left = frame !== null && frame.x === 0 ? 0 : column;
    const right = frame !== null && frame.x > 0 ? 0 : column;
    const narrower = { ...field, x: field.x + left, width: field.width - left - right };
    if (narrower.width <= 2 * column) return null;
    const projection = fitted(this.near, narrower, 1.2 * unit);
    return projection.scale() > KEPT * fitted(this.near, field, 1.2 * unit).scale() ? projection : null;
  }

  private drawGround(communes: Commune[], projection: GeoProjection, className: string, layer: Element): void {
    const outline = geoPath(projection);
    for (const commune of communes) {
      const path = svg("path", { d: outline(commune) ?? "", class: className, fill: UNKNOWN }, layer);
      setData(path, { code: commune.properties.code });
      this.areas.set(commune.properties.code, path);
    }
  }

  /** Islands are specks on any scale: their outline has their shade too, so that they are seen from afar. */
  private drawFrame(frame: Box, unit: number, layer: Element): GeoProjection {
    const { x, y, width, height } = frame;
    svg("rect", { x: `${x}`, y: `${y}`, width: `${width}`, height: `${height}`, class: "map-frame" }, layer);
    const named = SMALL_REM * unit;
    const projection = fitted(this.far, { x, y, width, height: height - 1.2 * named }, 1.2 * unit);
    this.drawGround(this.far, projection, "commune far", layer);
    const at = { x: `${x + width / 2}`, y: `${y + height - 0.4 * named}`, class: "commune-name" };
    svg("text", at, layer).textContent = names(this.far);
    return projection;
  }

  private drawMarks(
    locate: (at: [number, number]) => [number, number] | null,
    width: number,
    height: number,
    unit: number,
    outline: ReturnType<typeof geoPath>,
    frames: Box[],
  ): void {
    const located = this.marksOnIt.flatMap((mark) => {
      const at = locate(mark.at);
      const inside = at && at[0] >= 0 && at[0] <= width && at[1] >= 0 && at[1] <= height;
      return inside ? [{ mark, at }] : []; // a device elsewhere has no place on this map
    });
    const chipKind = this.panel.stations?.kind;
    const small = located.filter(({ mark }) => mark.kind !== chipKind);
    const chips = located.filter(({ mark }) => mark.kind === chipKind);
    const layer = svg("g", {}, this.canvas);
    const canvas: [number, number] = [width - EDGE * unit, height - EDGE * unit];
    const [[west], [east]] = outline.bounds(collection(this.near));
    const [points, size] = [chips.map(({ at }) => at), [CHIP[0] * unit, CHIP[1] * unit] as Position2];
    const isBeside = chips.length >= MANY && west > size[0] && width - east > size[0];
    const boxes = isBeside
      ? placeBeside(points, size, [west, east], canvas, GAP * unit, frames)
      : placeBoxes(points, size, canvas, GAP * unit);
    const dots = placeBoxes(small.map(({ at }) => at), [2.1 * unit, 2.1 * unit], canvas, 0.2 * unit, boxes);
    small.forEach(({ mark }, i) => this.marks.push(smallMark(mark, dots[i]!, unit, layer)));
    const labels = svg("g", { class: "labels" }, this.canvas);
    chips.forEach(({ at }, i) => leader(at, boxes[i]!, unit, layer));
    this.drawLabels(labels, [...boxes, ...dots, ...frames], unit, outline, canvas);
    chips.forEach(({ mark }, i) => this.marks.push(chip(mark, boxes[i]!, unit, this.canvas)));
  }

  private drawLabels(
    layer: SVGGElement,
    taken: Box[],
    unit: number,
    outline: ReturnType<typeof geoPath>,
    size: [number, number],
  ): void {
    const alone = this.near.length === 1; // an outline: the header names it
    const wanted = (alone ? [] : this.near)
      .map((feature) => ({
        text: bare(said(feature.properties)),
        at: outline.centroid(feature),
        area: outline.area(feature),
      }))
      .sort((a, b) => b.area - a.area);
    for (const { text, x, y } of placeLabels(wanted, taken, SMALL_REM * unit, size)) {
      svg("text", { x: String(x), y: String(y), class: "commune-name" }, layer).textContent = text;
    }
  }

  private shade(path: SVGPathElement, value: Value | undefined, nowMs: number): void {
    const shade = this.panel.shade;
    if (!shade) return;
    const stale = value !== undefined && isStale(value, nowMs);
    const v = value?.v ?? null;
    const known = v === null ? UNKNOWN : (this.colours[shadeClass(v, shade.steps)] ?? UNKNOWN);
    const fill = stale ? "url(#stale)" : known;
    if (path.getAttribute("fill") !== fill) path.setAttribute("fill", fill);
    if (path.classList.contains("far")) path.style.stroke = fill === UNKNOWN ? SPECK : fill;
    setData(path, { stale: String(stale), value: v === null ? "" : String(v) });
  }
}

const CHIP: Position2 = [8.6, 3.7]; // of a station, in rem
const GAP = 0.4; // between two, in rem
const EDGE = 0.2; // a line on the canvas's edge would be half cut
const MANY = 10; // so many chips would hide the land
const KEPT = 0.8; // of its scale the map gives up no more for them
const AQI_KEYS = "i/vn_aqi"; // only an index has the colours of its classes
const UNKNOWN = "#26292c"; // the field itself: nothing is said about this area

const SPECK = "#4a5157"; // what is unknown of an island is not unseen
const FRAME = 0.28; // part of the map's width that the frame of far islands takes, unless their names need more

/** Box of the frame, at the side and the end towards which the far ones lie. */
function frameFor(near: Commune[], far: Commune[], canvasWidth: number, canvasHeight: number, unit: number): Box {
  const named = textWidth(names(far), SMALL_REM * unit) + 2 * unit;
  const width = Math.min(Math.max(FRAME * canvasWidth, named), canvasWidth / 2);
  const height = Math.min(0.75 * width + 1.2 * SMALL_REM * unit, canvasHeight);
  const [[x, y], [nearX, nearY]] = [far, near].map((some) => geoCentroid(collection(some))) as [Position2, Position2];
  return { x: x > nearX ? canvasWidth - width - EDGE * unit : 0, y: y < nearY ? canvasHeight - height - EDGE * unit : 0, width, height };
}

function names(communes: Commune[]): string {
  return communes.map(({ properties }) => bare(said(properties))).join(", ");
}

function fitted(communes: Commune[], { x, y, width, height }: Box, margin: number): GeoProjection {
  const corners: [Position2, Position2] = [[x + margin, y + margin], [x + width - margin, y + height - margin]];
  return geoMercator().fitExtent(corners, collection(communes));
}

function collection(features: Commune[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}

/** Fill of areas whose value is too old: stripes, so that it can be no shade of the scale. */
function hatching(canvas: SVGSVGElement, unit: number): void {
  const size = String(unit * 1.4);
  const attributes = { id: "stale", width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  const pattern = svg("pattern", attributes, svg("defs", {}, canvas));
  svg("rect", { width: size, height: size, fill: "#34383c" }, pattern);
  svg("rect", { width: String(unit * 0.5), height: size, fill: "#565c61" }, pattern);
}

function markGroup(mark: Mark, className: string, layer: Element): SVGGElement {
  const group = svg("g", { class: className }, layer);
  setData(group, { key: mark.key, device: mark.device, kind: mark.kind });
  return group;
}

function smallMark(mark: Mark, box: Box, unit: number, layer: Element): DrawnMark {
  const group = markGroup(mark, "mark", layer);
  group.setAttribute("transform", `translate(${box.x + box.width / 2} ${box.y + box.height / 2}) scale(${unit * 0.9})`);
  svg("path", { d: OUTLINES[mark.kind] ?? OUTLINES.other ?? "" }, group);
  return { mark, group, text: null, rect: null, bar: null };
}

function leader([x, y]: [number, number], box: Box, unit: number, layer: Element): void {
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  svg("line", { x1: `${x}`, y1: `${y}`, x2: `${cx}`, y2: `${cy}`, class: "leader" }, layer);
  svg("circle", { cx: `${x}`, cy: `${y}`, r: `${0.5 * unit}`, class: "foot" }, layer);
}

function chip(mark: Mark, box: Box, unit: number, layer: Element): DrawnMark {
  const group = markGroup(mark, "station", layer);
  const size = { x: `${box.x}`, y: `${box.y}`, width: `${box.width}`, height: `${box.height}` };
  const rect = svg("rect", { ...size, rx: `${0.6 * unit}` }, group);
  const inset = { x: `${box.x + 0.4 * unit}`, y: `${box.y + 0.4 * unit}`, height: `${box.height - 0.8 * unit}` };
  const bar = svg("rect", { ...inset, width: `${1.1 * unit}`, rx: `${0.3 * unit}`, class: "bar" }, group);
  const middle = { x: `${box.x + box.width / 2 + 0.6 * unit}`, y: `${box.y + box.height / 2 + 1.22 * unit}` };
  return { mark, group, rect, bar, text: svg("text", middle, group) };
}

function showMark(drawn: DrawnMark, value: Value | undefined, nowMs: number): void {
  const stale = value === undefined || isStale(value, nowMs);
  setData(drawn.group, { stale: String(stale), state: value?.state ?? "none" });
  if (!drawn.rect || !drawn.text || !drawn.bar) return;
  const v = stale ? null : (value?.v ?? null);
  const found = v === null || !drawn.mark.key.startsWith(AQI_KEYS) ? null : aqiClass(v);
  setText(drawn.text, v === null ? MISSING : number(v, 0));
  drawn.bar.setAttribute("fill", found ? found.colour : "none");
  drawn.rect.setAttribute("fill", found?.abnormal ? found.colour : "#1b1e20");
  drawn.text.setAttribute("fill", found?.abnormal ? found.ink : "#eef0f1");
}

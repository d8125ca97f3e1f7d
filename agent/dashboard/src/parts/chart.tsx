// A time series, drawn as SVG: holes stay holes, one crosshair for all charts of a page (also by arrow keys), a drag
// chooses a span, the values stand below and never cover the line.
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { t } from "../texts";
import { exact } from "./format";
import { nearest, runsOf, timeTicks, valueTicks } from "./scale";

export interface Series {
    label: string;
    values: readonly (number | null | undefined)[];
    colour: "accent" | "info" | "warn" | "bad";
    /** An area below the line. */
    fill?: boolean;
    /** A faint line: the extreme beside the average. */
    faint?: boolean;
}

interface ChartProps {
    label: string;
    /** Seconds since 1970, rising. */
    times: readonly number[];
    series: readonly Series[];
    format: (value: number) => string;
    /** What the time axis shows, when that is more than where there are points. */
    span?: readonly [number, number] | undefined;
    /** What there is at most: a limit, drawn and within the scale. */
    limit?: { value: number; label: string } | undefined;
    base?: 10 | 1024;
    height?: number;
    testId?: string;
    onSpan?: (from: number, to: number) => void;
}

const left = 64;
const right = 12;
const top = 8;
const bottom = 24;
/** The time that is pointed at, in every chart of the page. */
const pointed = signal<number | undefined>(undefined);

function timeText(at: number, step: number): string {
    const date = new Date(at * 1000);
    if (step >= 86400) return date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
    return date.toLocaleTimeString("en-GB", {
        hour: "2-digit",
        minute: "2-digit",
        ...(step < 60 ? { second: "2-digit" } : {}),
    });
}

function useWidth() {
    const place = useRef<HTMLDivElement>(null);
    const [width, setWidth] = useState(0);
    useEffect(() => {
        const element = place.current;
        if (!element) return;
        const watcher = new ResizeObserver(() => setWidth(element.clientWidth));
        watcher.observe(element);
        setWidth(element.clientWidth);
        return () => watcher.disconnect();
    }, []);
    return { place, width };
}

/** Each as [lowest, highest, newest] of what was said. */
function extremes(values: Series["values"]): [number, number, number] | undefined {
    const said = values.filter((value): value is number => typeof value === "number");
    if (said.length === 0) return undefined;
    return [Math.min(...said), Math.max(...said), said.at(-1) as number];
}

function Line({ series, runs, foot }: { series: Series; runs: ReturnType<typeof runsOf>; foot: number }) {
    const path = (run: (typeof runs)[0]) =>
        run.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)},${y.toFixed(1)}`).join("");
    return (
        <g class={`line-${series.colour}${series.faint ? " faint" : ""}`}>
            {runs.map((run) => (
                <g key={run[0]?.index}>
                    {series.fill && run.length > 1 && (
                        <path class="area" d={`${path(run)}L${run.at(-1)?.x},${foot}L${run[0]?.x},${foot}Z`} />
                    )}
                    {run.length > 1 ? <path d={path(run)} /> : <circle cx={run[0]?.x} cy={run[0]?.y} r={2.5} />}
                </g>
            ))}
        </g>
    );
}

export function Chart(props: ChartProps) {
    const { times, series, format, limit, height = 180 } = props;
    const { place, width } = useWidth();
    const [drag, setDrag] = useState<[number, number]>();
    const from = props.span?.[0] ?? times[0] ?? 0;
    const to = Math.max(props.span?.[1] ?? times.at(-1) ?? 1, from + 1);
    const inner = Math.max(1, width - left - right);
    const foot = height - bottom;
    const x = (at: number) => left + (inner * (at - from)) / (to - from);
    const timeOf = (place: number) => from + ((place - left) * (to - from)) / inner;
    const known = series.map((each) => extremes(each.values));
    const high = Math.max(limit?.value ?? 0, ...known.map((each) => each?.[1] ?? 0));
    const drawn = useMemo(() => {
        const ticks = valueTicks(high, Math.max(2, Math.floor(foot / 44)), props.base);
        const end = ticks.at(-1) ?? 1;
        const y = (value: number) => foot - ((foot - top) * value) / end;
        const offset = -new Date(to * 1000).getTimezoneOffset() * 60;
        return {
            y,
            ticks,
            clock: timeTicks(from, to, inner / 90, offset),
            lines: series.map((each) => runsOf(times, each.values, x, y)),
        };
        // Depends on less than it reads: series and times are made anew with the data
    }, [times, series, width, high, from, to]);
    const at = pointed.value === undefined ? -1 : nearest(times, pointed.value);
    const isHere = at >= 0 && (times[at] as number) >= from && (times[at] as number) <= to;
    const summary = series.map((each, index) => {
        const found = known[index];
        return found ? `${each.label} ${t.chart.range(format(found[0]), format(found[1]), format(found[2]))}` : "";
    });
    const placeOf = (event: PointerEvent) => event.clientX - (place.current?.getBoundingClientRect().left ?? 0);
    const step = (by: number) => {
        const next = at < 0 ? times.length - 1 : Math.min(times.length - 1, Math.max(0, at + by));
        pointed.value = times[next];
    };
    return (
        <figure class="chart" data-testid={props.testId}>
            <div
                ref={place}
                class={`plot ${props.onSpan ? "can-drag" : ""}`}
                role="img"
                tabIndex={0}
                aria-label={`${props.label}. ${summary.filter(Boolean).join("; ")}`}
                onKeyDown={(event) => {
                    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -times.length, End: times.length }[event.key];
                    if (by === undefined) return;
                    event.preventDefault();
                    step(by);
                }}
                onBlur={() => {
                    pointed.value = undefined;
                }}
                onPointerMove={(event) => {
                    const here = placeOf(event);
                    pointed.value = timeOf(here);
                    if (drag) setDrag([drag[0], here]);
                }}
                onPointerLeave={() => {
                    pointed.value = undefined;
                    setDrag(undefined);
                }}
                onPointerDown={(event) => props.onSpan && setDrag([placeOf(event), placeOf(event)])}
                onPointerUp={() => {
                    if (drag && Math.abs(drag[1] - drag[0]) > 6)
                        props.onSpan?.(timeOf(Math.min(...drag)) * 1000, timeOf(Math.max(...drag)) * 1000);
                    setDrag(undefined);
                }}
            >
                {width > 0 && (
                    <svg width={width} height={height} aria-hidden="true">
                        {drawn.ticks.map((value) => (
                            <g key={value} class="tick">
                                <path d={`M${left},${drawn.y(value)}H${width - right}`} />
                                <text x={left - 8} y={drawn.y(value) + 4} text-anchor="end">
                                    {format(value)}
                                </text>
                            </g>
                        ))}
                        {drawn.clock.ticks
                            .filter((each) => x(each) > left + 16 && x(each) < width - right - 16)
                            .map((each) => (
                                <text key={each} x={x(each)} y={height - 6} text-anchor="middle">
                                    {timeText(each, drawn.clock.step)}
                                </text>
                            ))}
                        {series.map((each, index) => (
                            <Line key={each.label} series={each} runs={drawn.lines[index] ?? []} foot={foot} />
                        ))}
                        {limit && (
                            <g class="limit">
                                <path d={`M${left},${drawn.y(limit.value)}H${width - right}`} />
                                <text x={width - right} y={drawn.y(limit.value) + 14} text-anchor="end">
                                    {limit.label}
                                </text>
                            </g>
                        )}
                        {isHere && <path class="cross" d={`M${x(times[at] as number)},${top}V${foot}`} />}
                        {drag && (
                            <rect
                                class="span"
                                x={Math.min(...drag)}
                                y={top}
                                width={Math.abs(drag[1] - drag[0])}
                                height={foot - top}
                            />
                        )}
                    </svg>
                )}
            </div>
            <figcaption class="row small legend">
                {series.map((each, index) => {
                    const value = isHere ? each.values[at] : known[index]?.[2];
                    return (
                        <span key={each.label} class={`line-${each.colour}${each.faint ? " faint" : ""}`}>
                            <i /> {each.label}{" "}
                            <b class="number">{value === null || value === undefined ? "–" : format(value)}</b>
                            {!isHere && known[index] && known[index][0] < known[index][1] && (
                                <span class="muted number">
                                    {" "}
                                    {t.chart.span(format(known[index][0]), format(known[index][1]))}
                                </span>
                            )}
                        </span>
                    );
                })}
                <span class="muted number">{isHere ? exact((times[at] as number) * 1000) : t.chart.newest}</span>
            </figcaption>
        </figure>
    );
}

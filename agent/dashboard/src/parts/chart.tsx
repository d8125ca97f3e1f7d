// A time series by uPlot: colours of the design, one crosshair for all charts of a page, a drag chooses a span.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { isDark, theme } from "../frame/theme";

interface ChartProps {
    label: string;
    times: readonly number[];
    series: readonly { label: string; values: readonly (number | null)[]; colour: string; fill?: boolean }[];
    format: (value: number) => string;
    height?: number;
    testId?: string;
    onSpan?: (from: number, to: number) => void;
}

function colour(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function optionsOf(props: ChartProps, width: number): uPlot.Options {
    const axis = {
        stroke: colour("--text-2"),
        grid: { stroke: colour("--line"), width: 1 },
        ticks: { stroke: colour("--line"), width: 1 },
        font: "12px system-ui",
    };
    return {
        width,
        height: props.height ?? 180,
        cursor: { sync: { key: "page" }, drag: { x: props.onSpan !== undefined, y: false, setScale: false } },
        legend: { show: true, live: true },
        axes: [axis, { ...axis, size: 68, values: (_, ticks) => ticks.map(props.format) }],
        scales: { x: { time: true }, y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.1 : 1] } },
        series: [
            {},
            ...props.series.map((each) => ({
                label: each.label,
                stroke: colour(each.colour),
                width: 1.6,
                ...(each.fill ? { fill: `${colour(each.colour)}22` } : {}),
                spanGaps: false,
                points: { show: each.values.length < 40 },
                value: (_: uPlot, value: number | null) =>
                    value === null || value === undefined ? "–" : props.format(value),
            })),
        ],
        hooks: {
            setSelect: [
                (plot) => {
                    if (plot.select.width < 4 || !props.onSpan) return;
                    const from = plot.posToVal(plot.select.left, "x");
                    const to = plot.posToVal(plot.select.left + plot.select.width, "x");
                    props.onSpan(from * 1000, to * 1000);
                    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
                },
            ],
        },
    };
}

export function Chart(props: ChartProps) {
    const place = useRef<HTMLDivElement>(null);
    const plot = useRef<uPlot>();
    const data = [props.times, ...props.series.map((each) => each.values)] as uPlot.AlignedData;
    const kind = `${props.series.map((each) => each.label).join()} ${theme.value} ${isDark()}`;
    // Depends on less than it reads: new only when its kind or the colours change
    useEffect(() => {
        const element = place.current;
        if (!element) return;
        const made = new uPlot(optionsOf(props, element.clientWidth || 300), data, element);
        plot.current = made;
        const watcher = new ResizeObserver(() =>
            made.setSize({ width: element.clientWidth, height: props.height ?? 180 }),
        );
        watcher.observe(element);
        return () => {
            watcher.disconnect();
            made.destroy();
        };
    }, [kind]);
    // Depends on less than it reads: the data is made anew at each drawing
    useEffect(() => {
        plot.current?.setData(data);
    }, [props.times, props.series]);
    return <div ref={place} class="chart" role="img" aria-label={props.label} data-testid={props.testId} />;
}

// When the loaded lines came, and how many of them are errors. A drag chooses a time.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LogLine } from "../api/types";
import { exact } from "../parts/format";
import { useEvery } from "../parts/use";
import { t } from "../texts";
import { binsOf } from "./bins";

const many = 80;
const height = 40;

export function Histogram(props: { lines: readonly LogLine[]; onSpan: (from: number, to: number) => void }) {
    const latest = useRef(props.lines);
    latest.current = props.lines;
    // A flood draws lines sixty times a second; how many they were is counted once.
    const turn = useEvery(1000);
    const isEmpty = props.lines.length === 0;
    // Depends on less than it reads: the lines are those of the turn
    const bins = useMemo(() => binsOf(latest.current, many), [turn, isEmpty]);
    const place = useRef<HTMLDivElement>(null);
    const [drag, setDrag] = useState<[number, number]>();
    useEffect(() => setDrag(undefined), [isEmpty]);
    // Its place is kept, so that the log does not move when the first lines come.
    if (bins.length === 0) return <div class="histogram" aria-hidden="true" />;
    const most = Math.max(...bins.map((bin) => bin.lines));
    const shareAt = (event: PointerEvent) => {
        const box = place.current?.getBoundingClientRect();
        return box ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) : 0;
    };
    const from = bins[0]?.from ?? 0;
    const to = bins.at(-1)?.to ?? 0;
    const timeAt = (share: number) => from + share * (to - from);
    const errors = bins.reduce((sum, bin) => sum + bin.errors, 0);
    return (
        <div
            ref={place}
            class="histogram"
            role="img"
            title={t.logs.histogramHelp}
            aria-label={t.logs.histogram(exact(from), exact(to), errors)}
            onPointerDown={(event) => {
                // A drag past its end ends there, and is not lost.
                event.currentTarget.setPointerCapture(event.pointerId);
                setDrag([shareAt(event), shareAt(event)]);
            }}
            onPointerMove={(event) => drag && setDrag([drag[0], shareAt(event)])}
            onPointerCancel={() => setDrag(undefined)}
            onPointerUp={() => {
                if (drag && Math.abs(drag[1] - drag[0]) > 0.01)
                    props.onSpan(timeAt(Math.min(...drag)), timeAt(Math.max(...drag)));
                setDrag(undefined);
            }}
        >
            <svg viewBox={`0 0 ${many} ${height}`} preserveAspectRatio="none" aria-hidden="true">
                {bins.map((bin, index) => {
                    const tall = bin.lines === 0 ? 0 : Math.max(2, (height * bin.lines) / most);
                    const bad = bin.lines === 0 ? 0 : (tall * bin.errors) / bin.lines;
                    return (
                        <g key={index}>
                            <rect x={index + 0.1} y={height - tall} width={0.8} height={tall} class="bin" />
                            {bad > 0 && (
                                <rect x={index + 0.1} y={height - bad} width={0.8} height={bad} class="bin-bad" />
                            )}
                        </g>
                    );
                })}
                {drag && (
                    <rect
                        x={Math.min(...drag) * many}
                        y={0}
                        width={Math.abs(drag[1] - drag[0]) * many}
                        height={height}
                        class="bin-span"
                    />
                )}
            </svg>
        </div>
    );
}

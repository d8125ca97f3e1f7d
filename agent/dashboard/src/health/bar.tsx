// The whole story of a server's health in one glance.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "../api/client";
import type { HealthHistory } from "../api/types";
import { exact, percent } from "../parts/format";
import { useSeen } from "../parts/seen";
import { t } from "../texts";
import { type Cell, cellsOf, shapeOf } from "./decide";

const kept = new Map<string, { at: number; history: HealthHistory }>();
const freshMs = 30000;
const inFlight = signal(0);
const waiting: (() => void)[] = [];

/** Many bars ask few at a time, and only those that can be seen. */
async function history(id: string, range: string): Promise<HealthHistory | undefined> {
    const key = `${id} ${range}`;
    const known = kept.get(key);
    if (known && Date.now() - known.at < freshMs) return known.history;
    if (inFlight.value >= 4) await new Promise<void>((go) => waiting.push(go));
    inFlight.value += 1;
    const answer = await get<HealthHistory>("/api/servers/{id}/health/history", { parts: { id }, query: { range } });
    inFlight.value -= 1;
    waiting.shift()?.();
    if (!answer.ok) return undefined;
    kept.set(key, { at: Date.now(), history: answer.data });
    return answer.data;
}

export function cellText(cell: Cell): string {
    const span = `${exact(cell.at)} – ${exact(cell.until)}`;
    if (cell.state === "none") return `${span}: ${t.health.noChecks}`;
    return `${span}: ${t.health.failedOf(cell.failed, cell.checks)}`;
}

const states = ["good", "some", "bad", "none"] as const;

/** One shape for all cells of a state: a list has hundreds of bars. What a cell says is told where it is pointed at. */
export function Cells({ cells, label }: { cells: readonly Cell[]; label: string }) {
    const pointed = useRef<HTMLTitleElement>(null);
    const point = (event: PointerEvent & { currentTarget: Element }) => {
        const { left, width } = event.currentTarget.getBoundingClientRect();
        const cell = cells[Math.floor(((event.clientX - left) / Math.max(1, width)) * cells.length)];
        if (pointed.current) pointed.current.textContent = cell ? cellText(cell) : label;
    };
    return (
        <svg
            class="health-bar"
            viewBox={`0 0 ${cells.length * 10} 26`}
            preserveAspectRatio="none"
            role="img"
            aria-label={label}
            onPointerMove={point}
        >
            <title ref={pointed} />
            {states.map((state) => {
                const shape = shapeOf(cells, state);
                return shape && <path key={state} class={`cell-${state}`} d={shape} />;
            })}
        </svg>
    );
}

interface BarProps {
    id: string;
    name: string;
    health: string;
    range?: string;
}

/** `health` is the verdict of now: with another, the story is read again. */
export function HealthBar({ id, name, health, range = "1h" }: BarProps) {
    const place = useRef<HTMLDivElement>(null);
    const isSeen = useSeen(place);
    const [data, setData] = useState<HealthHistory>();
    useEffect(() => {
        if (!isSeen) return;
        let isGone = false;
        const read = () =>
            void history(id, range).then((found) => {
                if (!isGone && found) setData(found);
            });
        read();
        const timer = setInterval(() => {
            if (!document.hidden) read();
        }, 60000);
        return () => {
            isGone = true;
            clearInterval(timer);
        };
    }, [isSeen, id, range, health]);
    const cells = isSeen ? cellsOf(data?.points ?? [], range, Date.now(), 30) : [];
    const isByProcess = data?.checks === 0 && health === "healthy";
    const said = !data
        ? t.common.loading
        : data.checks > 0
          ? t.health.summary(range, data.checks, data.failed)
          : isByProcess
            ? t.health.byProcessText
            : t.health.notAsked(range);
    return (
        <div ref={place} class="bar-line">
            {isSeen ? <Cells cells={cells} label={`${name}: ${said}`} /> : <div class="health-bar" />}
            <span
                class={data?.checks ? "small muted number" : "small muted words"}
                title={isByProcess ? t.health.byProcessText : undefined}
            >
                {data &&
                    (data.checks > 0
                        ? percent(data.uptime)
                        : isByProcess
                          ? t.health.byProcess
                          : t.health.noChecksShort)}
            </span>
        </div>
    );
}

// Where the ticks and the lines of a chart lie. Pure.

/** At most `many` round steps from 0 to at least `high`; of bytes, round is a power of two. */
export function valueTicks(high: number, many: number, base: 10 | 1024 = 10): number[] {
    const whole = base === 1024 ? Math.max(high, many) : high > 0 ? high : 1;
    const least = whole / Math.max(1, many);
    const unit = base ** Math.floor(Math.log(least) / Math.log(base) + 1e-9);
    const factors = base === 10 ? [1, 2, 2.5, 5, 10] : [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
    const step = unit * (factors.find((factor) => factor * unit >= least * (1 - 1e-9)) ?? base);
    const count = Math.max(1, Math.ceil(whole / step - 1e-9));
    return Array.from({ length: count + 1 }, (_, index) => index * step);
}

const timeSteps = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];

/** Seconds at which a clock shows something round, at most `many` of them. `offset`: of the local time, in seconds. */
export function timeTicks(from: number, to: number, many: number, offset: number): { step: number; ticks: number[] } {
    const least = (to - from) / Math.max(1, many);
    const step = timeSteps.find((each) => each >= least) ?? Math.ceil(least / 604800) * 604800;
    const ticks: number[] = [];
    for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) ticks.push(at);
    return { step, ticks };
}

/** The usual distance of two points. */
export function usualStep(times: readonly number[]): number {
    const steps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    return steps.sort((left, right) => left - right)[Math.floor(steps.length / 2)] ?? 0;
}

export interface Place {
    x: number;
    y: number;
    index: number;
}

/** Runs of points without a hole: where nothing was said, and where too long nothing came, the line ends. */
export function runsOf(
    times: readonly number[],
    values: readonly (number | null | undefined)[],
    x: (at: number) => number,
    y: (value: number) => number,
): Place[][] {
    const runs: Place[][] = [];
    const most = usualStep(times) * 3.5;
    let last: number | undefined;
    for (let index = 0; index < times.length; index += 1) {
        const at = times[index] as number;
        const value = values[index];
        if (value === null || value === undefined) {
            last = undefined;
            continue;
        }
        if (last === undefined || at - last > most) runs.push([]);
        last = at;
        runs.at(-1)?.push({ x: x(at), y: y(value), index });
    }
    return runs;
}

/** Of the point that is nearest to a time; -1 when there is none. */
export function nearest(times: readonly number[], at: number): number {
    let best = -1;
    for (let index = 0; index < times.length; index += 1)
        if (best < 0 || Math.abs((times[index] as number) - at) < Math.abs((times[best] as number) - at)) best = index;
    return best;
}

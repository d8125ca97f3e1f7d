// Numbers, sizes and times as people read them. Pure.
const units = ["B", "KiB", "MiB", "GiB", "TiB"];

export function bytes(value: number | undefined): string {
    if (value === undefined || !Number.isFinite(value)) return "–";
    let amount = value;
    let unit = 0;
    while (Math.abs(amount) >= 1024 && unit < units.length - 1) {
        amount /= 1024;
        unit += 1;
    }
    return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}

const two = (value: number) => String(value).padStart(2, "0");

/** "12,345". */
export function count(value: number | undefined): string {
    if (value === undefined) return "–";
    return Number.isInteger(value) ? `${value}`.replace(/\B(?=(\d{3})+$)/g, ",") : value.toLocaleString("en");
}

export function percent(value: number | undefined): string {
    if (value === undefined) return "–";
    if (value === 100 || value === 0) return `${value} %`;
    return value > 99.9 ? "> 99.9 %" : `${value.toFixed(1)} %`;
}

export function milliseconds(value: number | undefined): string {
    if (value === undefined) return "–";
    if (value < 10) return `${value.toFixed(1)} ms`;
    if (value < 10000) return `${Math.round(value)} ms`;
    return duration(value / 1000);
}

const steps: [string, number][] = [
    ["d", 86400],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
];

/** "3d 4h": the two largest units. */
export function duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    const first = steps.findIndex(([, size]) => whole >= size);
    if (first < 0) return "0s";
    const [unit, size] = steps[first] as [string, number];
    const next = steps[first + 1];
    const rest = next ? Math.floor((whole % size) / next[1]) : 0;
    return `${Math.floor(whole / size)}${unit}${rest > 0 && next ? ` ${rest}${next[0]}` : ""}`;
}

/** "16m ago", "in 20s", "now". */
export function ago(at: number, now: number): string {
    const seconds = Math.round((now - at) / 1000);
    const size = Math.abs(seconds);
    if (size < 2) return "now";
    const [unit, length] = steps.find(([, step]) => size >= step) as [string, number];
    const text = `${Math.floor(size / length)}${unit}`;
    return seconds > 0 ? `${text} ago` : `in ${text}`;
}

export function clock(at: string): string {
    const date = new Date(at);
    return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** "2026-11-29T10:58:07" by the clock of whoever looks, as a field for a time has it. */
export function local(date: Date): string {
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** "2026-11-29 10:58:07 UTC+1": nobody reads day and month the other way round. By hand: what the language has for it takes longer to make than a page of cards to draw. */
export function exact(at: string | number): string {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) return String(at);
    return `${local(date).replace("T", " ")} ${zone(-date.getTimezoneOffset())}`;
}

/** Minutes before Greenwich: "UTC", "UTC+1", "UTC-3:30". */
export function zone(minutes: number): string {
    const size = Math.abs(minutes);
    if (size === 0) return "UTC";
    const rest = size % 60;
    return `UTC${minutes < 0 ? "-" : "+"}${Math.floor(size / 60)}${rest ? `:${two(rest)}` : ""}`;
}

/** Roughly four bytes a token, as everybody estimates it. */
export function tokens(size: number): number {
    return Math.ceil(size / 4);
}

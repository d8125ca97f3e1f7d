// Short messages in a corner, read out by screen readers. Errors stay until they are closed.
import { signal } from "@preact/signals";
import type { Failure } from "../api/client";
import { t } from "../texts";
import { Icon } from "./icon";
import { Link } from "./link";

interface ToastEntry {
    id: number;
    text: string;
    kind: "good" | "bad";
    link?: ToastLink | undefined;
}
export interface ToastLink {
    text: string;
    href: string;
}

const entries = signal<readonly ToastEntry[]>([]);
let nextId = 1;
const shownMs = 5000;
const most = 5;

function dismiss(id: number): void {
    entries.value = entries.value.filter((entry) => entry.id !== id);
}

export function toast(text: string, kind: "good" | "bad" = "good", link?: ToastLink): void {
    const id = nextId++;
    entries.value = [...entries.value.filter((entry) => entry.text !== text), { id, text, kind, link }].slice(-most);
    if (kind === "good") setTimeout(() => dismiss(id), shownMs);
}

export function toastFailure(failure: Failure): void {
    if (failure.code === "ABORTED" || failure.status === 401) return;
    const said = failure.code === "UNREACHABLE" ? t.errors.unreachable : failure.message;
    toast(failure.hint ? `${said} ${failure.hint}` : said, "bad");
}

export function Toasts() {
    const good = entries.value.filter((entry) => entry.kind === "good");
    const bad = entries.value.filter((entry) => entry.kind === "bad");
    const show = (entry: ToastEntry) => (
        <div
            key={entry.id}
            class={`toast ${entry.kind}`}
            data-testid={entry.kind === "good" ? "toast-success" : "toast-error"}
        >
            <span>{entry.text}</span>
            {entry.link && <Link href={entry.link.href}>{entry.link.text}</Link>}
            <button
                type="button"
                class="button quiet small"
                onClick={() => dismiss(entry.id)}
                aria-label={t.common.dismiss}
            >
                <Icon name="close" />
            </button>
        </div>
    );
    return (
        <div class="toasts">
            <div role="status" aria-live="polite" class="stack tight">
                {good.map(show)}
            </div>
            <div role="alert" aria-live="assertive" class="stack tight">
                {bad.map(show)}
            </div>
        </div>
    );
}

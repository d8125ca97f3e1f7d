// Small pieces that every page uses. They only show.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { basePath, type Failure } from "../api/client";
import type { HealthStatus, Status } from "../api/types";
import { t } from "../texts";
import { ago, exact } from "./format";
import { Icon } from "./icon";
import { memo } from "./memo";
import { SmallButton } from "./small_button";
import { toast } from "./toast";

const now = signal(Date.now());
setInterval(() => {
    if (!document.hidden) now.value = Date.now();
}, 5000);

export function Time({ at }: { at?: string | undefined }) {
    if (!at) return <span class="muted">–</span>;
    const moment = Date.parse(at);
    const seen = Math.max(now.value, Date.now() - 4000);
    return (
        <time dateTime={at} title={exact(at)} class="number">
            {ago(moment, moment <= Date.now() ? Math.max(moment, seen) : seen)}
        </time>
    );
}

const statusKind: Record<string, string> = {
    running: "good",
    starting: "info",
    stopping: "info",
    error: "bad",
    unknown: "warn",
    stopped: "off",
};

export function StatusBadge({ status, asleep = false }: { status: Status; asleep?: boolean }) {
    return (
        <span class={`badge ${statusKind[status] ?? "off"}`} data-testid="server-status">
            {asleep ? `${status} (${t.status.asleep})` : status}
        </span>
    );
}

const healthKind: Record<HealthStatus, string> = { healthy: "good", unhealthy: "bad", unknown: "off" };

/** Health is what a check said. What was not asked is "unknown", never "healthy". */
export function HealthBadge({ health }: { health: HealthStatus }) {
    return (
        <span class={`badge ${healthKind[health] ?? "off"}`}>{health === "unknown" ? t.health.unknown : health}</span>
    );
}

/** A sentence of the agent's; what it has in backticks is a command or a name. */
export function Words({ text }: { text: string }) {
    return <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}

export function Notice({ kind = "info", children }: { kind?: "info" | "bad" | "warn"; children: ComponentChildren }) {
    return <div class={`notice ${kind}`}>{children}</div>;
}

/** What failed, what helps, and the rest folded. */
export function FailureNotice({ failure, retry }: { failure: Failure; retry?: () => void }) {
    const isUnreachable = failure.code === "UNREACHABLE";
    return (
        <div class="notice bad" role="alert" data-testid="error-message">
            <strong>
                <Words text={isUnreachable ? t.errors.unreachable : failure.message} />
            </strong>
            <span>
                <Words text={failure.hint ?? t.errors.remedy(failure.code)} />
            </span>
            {failure.details !== undefined && (
                <details>
                    <summary>{t.errors.details}</summary>
                    <pre class="small">{`${failure.code}\n${JSON.stringify(failure.details, null, 2)}`}</pre>
                </details>
            )}
            {retry && (
                <div>
                    <SmallButton onClick={retry}>{t.common.tryAgain}</SmallButton>
                </div>
            )}
        </div>
    );
}

export function Empty({ title, children }: { title?: string; children?: ComponentChildren }) {
    return (
        <div class="empty">
            {title && <h2>{title}</h2>}
            {children}
        </div>
    );
}

export function Skeletons({ many = 3, tall = false }: { many?: number; tall?: boolean }) {
    return (
        <div class="stack" data-testid="loading-spinner" role="status">
            <span class="visually-hidden">{t.common.loading}</span>
            {Array.from({ length: many }, (_, index) => (
                <div key={index} class={`skeleton ${tall ? "tall" : ""}`} />
            ))}
        </div>
    );
}

/** `place`: below the page's own base. */
export function copyLink(place: string): Promise<void> {
    return copyText(new URL(basePath() + place.slice(1), location.href).href);
}

export async function copyText(text: string): Promise<void> {
    try {
        await navigator.clipboard.writeText(text);
        toast(t.common.copied);
    } catch {
        const area = document.createElement("textarea");
        area.value = text;
        area.className = "visually-hidden";
        document.body.append(area);
        area.select();
        const done = document.execCommand("copy");
        area.remove();
        toast(done ? t.common.copied : t.common.copyFailed, done ? "good" : "bad");
    }
}

export function Copy({ text, label = t.common.copy }: { text: string; label?: string }) {
    return (
        <SmallButton onClick={() => void copyText(text)}>
            <Icon name="copy" />
            {label}
        </SmallButton>
    );
}

export function CodeBox({ text, label }: { text: string; label: string }) {
    return (
        <div class="with-copy">
            <pre class="code-box" role="group" aria-label={label}>
                {text}
            </pre>
            <Copy text={text} />
        </div>
    );
}

interface FieldProps {
    label: string;
    help?: string | undefined;
    problem?: string | undefined;
    children: (attributes: { id: string; "aria-describedby"?: string; "aria-invalid"?: "true" }) => ComponentChildren;
}

/** A control with its name above it, help below it, and what is wrong with it where one looks. */
export function Field({ label, help, problem, children }: FieldProps) {
    const id = useId();
    const described = [help ? `${id}-help` : "", problem ? `${id}-problem` : ""].filter(Boolean).join(" ");
    return (
        <div class="field">
            <label for={id}>{label}</label>
            {children({
                id,
                ...(described ? { "aria-describedby": described } : {}),
                ...(problem ? { "aria-invalid": "true" as const } : {}),
            })}
            {help && (
                <span class="help" id={`${id}-help`}>
                    {help}
                </span>
            )}
            {problem && (
                <span class="problem" id={`${id}-problem`} role="alert" data-testid="error-message">
                    {problem}
                </span>
            )}
        </div>
    );
}

interface DialogProps {
    title: string;
    onClose: () => void;
    children: ComponentChildren;
    foot?: ComponentChildren;
    onSubmit?: () => void;
}

/** A modal dialog of the browser's own: it keeps the focus in, closes by Escape and gives the focus back. */
export function Dialog({ title, onClose, children, foot, onSubmit }: DialogProps) {
    const ref = useRef<HTMLDialogElement>(null);
    const id = useId();
    // Before anything else is heard: what is typed next is meant for the dialog.
    useLayoutEffect(() => {
        const before = document.activeElement as HTMLElement | null;
        const dialog = ref.current;
        if (dialog && !dialog.open) dialog.showModal();
        dialog?.querySelector<HTMLElement>("[data-first]")?.focus();
        return () => {
            dialog?.close();
            if (before?.isConnected) before.focus();
        };
    }, []);
    return (
        <dialog
            ref={ref}
            aria-labelledby={id}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
        >
            <form
                noValidate
                onSubmit={(event) => {
                    event.preventDefault();
                    onSubmit?.();
                }}
            >
                <div class="dialog-head">
                    <h2 id={id}>{title}</h2>
                    <button type="button" class="button quiet" onClick={onClose} aria-label={t.common.close}>
                        <Icon name="close" />
                    </button>
                </div>
                <div class="dialog-body">{children}</div>
                {foot && <div class="dialog-foot">{foot}</div>}
            </form>
        </dialog>
    );
}

/** The foot of a form: the way back, and what it does. */
export function Foot({ action, onClose, testId }: { action: string; onClose: () => void; testId?: string }) {
    return (
        <>
            <button type="button" class="button" onClick={onClose}>
                {t.common.cancel}
            </button>
            <button type="submit" class="button primary" data-testid={testId}>
                {action}
            </button>
        </>
    );
}

interface ConfirmProps {
    title: string;
    text: string;
    action: string;
    onConfirm: () => Promise<unknown> | unknown;
    onClose: () => void;
}

export function Confirm({ title, text, action, onConfirm, onClose }: ConfirmProps) {
    const [isBusy, setBusy] = useState(false);
    const confirm = async () => {
        setBusy(true);
        await onConfirm();
        onClose();
    };
    return (
        <Dialog
            title={title}
            onClose={onClose}
            onSubmit={() => void confirm()}
            foot={
                <>
                    <button type="button" class="button" onClick={onClose}>
                        {t.common.cancel}
                    </button>
                    <button type="submit" class="button danger solid" data-testid="confirm-delete" disabled={isBusy}>
                        {action}
                    </button>
                </>
            }
        >
            <p>{text}</p>
        </Dialog>
    );
}

/** A line through the last values, for the shape and not for reading numbers. */
export const Sparkline = memo(function Sparkline(props: { values: readonly number[]; label: string; top?: number }) {
    const { values, label, top } = props;
    if (values.length < 2) return null;
    const highest = Math.max(top ?? 0, ...values, 0.0001);
    const path = values
        .map(
            (value, index) =>
                `${index === 0 ? "M" : "L"}${(100 * index) / (values.length - 1)},${29 - (27 * value) / highest}`,
        )
        .join("");
    return (
        <svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label={label}>
            <path d={path} />
        </svg>
    );
});

export function PageHead({ title, children }: { title: string; children?: ComponentChildren }) {
    return (
        <div class="page-head">
            <h1>{title}</h1>
            {children && <div class="row">{children}</div>}
        </div>
    );
}

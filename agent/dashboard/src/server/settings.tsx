// The definition as a form and as YAML: both show the same document; the difference is seen before it is saved.
import { useState } from "preact/hooks";
import { type Failure, send } from "../api/client";
import type { Server } from "../api/types";
import { know } from "../live/store";
import { DiffView } from "../parts/diff_view";
import { FailureNotice, Field, Notice } from "../parts/parts";
import { toast } from "../parts/toast";
import { run } from "../servers/actions";
import { t } from "../texts";
import { definitionOf, mergePatch, settingAt, withSetting } from "./definition";
import { fromYaml, toYaml } from "./yaml";

type Setting = { key: keyof typeof t.settings.fields; path: string[]; choices?: string[]; kind?: "number" | "flag" };
const settings: readonly Setting[] = [
    { key: "sharing", path: ["config", "sharing"], choices: ["auto", "shared", "per-client", "per-call"] },
    { key: "restart", path: ["config", "restart", "policy"], choices: ["always", "on-failure", "never"] },
    { key: "lazy", path: ["config", "lazy"], kind: "flag" },
    { key: "idleTimeout", path: ["config", "idleTimeout"] },
    { key: "memory", path: ["config", "resources", "memory"] },
    { key: "cpus", path: ["config", "resources", "cpus"], kind: "number" },
    { key: "startTimeout", path: ["config", "startTimeout"] },
    { key: "stopTimeout", path: ["config", "stopTimeout"] },
];

function readYaml(text: string): { document?: Record<string, unknown>; problem?: string } {
    try {
        const document: unknown = fromYaml(text);
        if (typeof document !== "object" || document === null || Array.isArray(document))
            return { problem: t.settings.badYaml("not a mapping") };
        return { document: document as Record<string, unknown> };
    } catch (error) {
        return { problem: t.settings.badYaml((error as Error).message) };
    }
}

function Common({
    document,
    set,
}: {
    document: Record<string, unknown>;
    set: (next: Record<string, unknown>) => void;
}) {
    return (
        <section class="card stack tight">
            <h2>{t.settings.form}</h2>
            <div class="settings-grid">
                {settings.map((each) => {
                    const value = settingAt(document, each.path);
                    const change = (event: { currentTarget: { value: string } }) => {
                        const text = event.currentTarget.value;
                        const next =
                            each.kind === "number" && text
                                ? Number(text)
                                : each.kind === "flag" && text
                                  ? text === "true"
                                  : text;
                        set(withSetting(document, each.path, next));
                    };
                    const choices = each.kind === "flag" ? ["true", "false"] : each.choices;
                    return (
                        <Field key={each.key} label={t.settings.fields[each.key]}>
                            {(attributes) =>
                                choices ? (
                                    <select
                                        {...attributes}
                                        class="input"
                                        value={value === undefined ? "" : String(value)}
                                        onChange={change}
                                    >
                                        <option value="">{t.settings.asDefault}</option>
                                        {choices.map((choice) => (
                                            <option key={choice} value={choice}>
                                                {choice}
                                            </option>
                                        ))}
                                    </select>
                                ) : (
                                    <input
                                        {...attributes}
                                        class="input"
                                        type={each.kind === "number" ? "number" : "text"}
                                        step="any"
                                        min="0"
                                        placeholder={t.settings.asDefault}
                                        value={value === undefined ? "" : String(value)}
                                        onInput={change}
                                    />
                                )
                            }
                        </Field>
                    );
                })}
            </div>
        </section>
    );
}

export default function SettingsTab({ server }: { server: Server }) {
    const [before, setBefore] = useState(() => definitionOf(server));
    const [text, setText] = useState(() => toYaml(before));
    const [failure, setFailure] = useState<Failure>();
    const [isBusy, setBusy] = useState(false);
    const original = toYaml(before);
    const { document, problem } = readYaml(text);
    const patch = document ? mergePatch(before, document) : undefined;
    const save = async (thenRestart: boolean) => {
        if (patch === undefined) return;
        setBusy(true);
        const answer = await send<Server>("PATCH", "/api/servers/{id}", patch, { parts: { id: server.id } });
        setBusy(false);
        if (!answer.ok) return setFailure(answer.failure);
        setFailure(undefined);
        know(answer.data);
        const next = definitionOf(answer.data);
        setBefore(next);
        setText(toYaml(next));
        toast(t.settings.saved);
        if (thenRestart) await run(answer.data, "restart");
        return undefined;
    };
    return (
        <div class="stack">
            <Notice>{t.settings.restartNote}</Notice>
            {document && <Common document={document} set={(next) => setText(toYaml(next))} />}
            <section class="card stack tight">
                <Field label={t.settings.yaml} help={t.settings.yamlHelp} problem={problem}>
                    {(attributes) => (
                        <textarea
                            {...attributes}
                            class="input yaml-input"
                            value={text}
                            spellcheck={false}
                            onInput={(event) => setText(event.currentTarget.value)}
                        />
                    )}
                </Field>
                <h2>{t.settings.diff}</h2>
                {patch === undefined ? (
                    <p class="muted">{t.settings.noChange}</p>
                ) : (
                    <DiffView before={original} after={text} />
                )}
                {failure && <FailureNotice failure={failure} />}
                <div class="row">
                    <button
                        type="button"
                        class="button primary"
                        disabled={patch === undefined || isBusy}
                        onClick={() => void save(false)}
                    >
                        {t.common.save}
                    </button>
                    {server.status === "running" && (
                        <button
                            type="button"
                            class="button"
                            disabled={patch === undefined || isBusy}
                            onClick={() => void save(true)}
                        >
                            {t.settings.restartNow}
                        </button>
                    )}
                    <button type="button" class="button" disabled={text === original} onClick={() => setText(original)}>
                        {t.settings.revert}
                    </button>
                </div>
            </section>
        </div>
    );
}

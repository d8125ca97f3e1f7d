// One form for every source. What was typed stays when the request fails, with the message at its field.
import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import type { Failure } from "../api/client";
import { send } from "../api/client";
import type { RegistryEntry, Server } from "../api/types";
import { isImporting, toSetUp } from "../frame/state";
import { know } from "../live/store";
import { Link } from "../parts/link";
import { CodeBox, Dialog, FailureNotice, Field } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { toast } from "../parts/toast";
import { remember, remembered } from "../parts/use";
import { t } from "../texts";
import { run } from "./actions";
import {
    asCommand,
    asks,
    type Draft,
    emptyDraft,
    fieldOfFailure,
    lookedAt,
    lookOf,
    type Problems,
    problemsOf,
    requestOf,
    type SourceKind,
    sourceKinds,
    willRun,
} from "./definition";
import { TestConnection } from "./test_connection";

type Change = (key: Exclude<keyof Draft, "kind" | "scripts">) => (event: { currentTarget: { value: string } }) => void;

interface TextProps {
    of: "args" | "digest" | "program";
    draft: Draft;
    problems: Problems;
    change: Change;
}

function TextField({ of, draft, problems, change }: TextProps) {
    return (
        <Field label={t.add[of]} help={t.add[`${of}Help`]} problem={problems[of]}>
            {(attributes) => (
                <input
                    {...attributes}
                    class="input mono"
                    name={of}
                    value={draft[of]}
                    spellcheck={false}
                    autocomplete="off"
                    onInput={change(of)}
                />
            )}
        </Field>
    );
}

function SourceFields({ draft, problems, change }: { draft: Draft; problems: Problems; change: Change }) {
    const kind = draft.kind;
    const shared = { draft, problems, change };
    return (
        <>
            <Field label={t.add.sourceLabel[kind]} help={t.add.sourceHelp[kind]} problem={problems.source}>
                {(attributes) => (
                    <input
                        {...attributes}
                        class="input mono"
                        name={kind}
                        data-testid={kind === "image" ? "docker-image" : `source-${kind}`}
                        value={draft.source}
                        placeholder={t.add.sourceExample[kind]}
                        spellcheck={false}
                        autocomplete="off"
                        onInput={change("source")}
                    />
                )}
            </Field>
            {asks.digest(kind) && <TextField of="digest" {...shared} />}
            {asks.args(kind) && <TextField of="args" {...shared} />}
        </>
    );
}

function Scripts({ draft, problem, onPick }: { draft: Draft; problem?: string; onPick: (yes: boolean) => void }) {
    return (
        <div class="field">
            <label class="check">
                <input
                    type="checkbox"
                    name="scripts"
                    checked={draft.scripts}
                    onChange={(event) => onPick(event.currentTarget.checked)}
                />
                {draft.kind === "cargo" ? t.add.scripts.cargo : t.add.scripts.npm}
            </label>
            <span class="help">{t.add.scriptsHelp}</span>
            {problem && (
                <span class="problem" role="alert" data-testid="error-message">
                    {problem}
                </span>
            )}
        </div>
    );
}

function MoreFields({ draft, problems, change }: { draft: Draft; problems: Problems; change: Change }) {
    return (
        <details
            open={Boolean(
                problems.environment ||
                    problems.secrets ||
                    problems.labels ||
                    problems.cwd ||
                    problems.headers ||
                    problems.program,
            )}
        >
            <summary>{t.add.more}</summary>
            <div class="stack more">
                {asks.headers(draft.kind) && (
                    <Field label={t.add.headers} help={t.add.headersHelp} problem={problems.headers}>
                        {(attributes) => (
                            <textarea
                                {...attributes}
                                class="input"
                                name="headers"
                                value={draft.headers}
                                spellcheck={false}
                                onInput={change("headers")}
                            />
                        )}
                    </Field>
                )}
                {asks.program(draft.kind) && (
                    <TextField of="program" draft={draft} problems={problems} change={change} />
                )}
                <Field label={t.add.environment} help={t.add.environmentHelp} problem={problems.environment}>
                    {(attributes) => (
                        <textarea
                            {...attributes}
                            class="input"
                            name="environment"
                            value={draft.environment}
                            spellcheck={false}
                            onInput={change("environment")}
                        />
                    )}
                </Field>
                <Field label={t.add.secrets} help={t.add.secretsHelp} problem={problems.secrets}>
                    {(attributes) => (
                        <textarea
                            {...attributes}
                            class="input"
                            name="secrets"
                            value={draft.secrets}
                            spellcheck={false}
                            onInput={change("secrets")}
                        />
                    )}
                </Field>
                <Field label={t.add.labels} help={t.add.labelsHelp} problem={problems.labels}>
                    {(attributes) => (
                        <input
                            {...attributes}
                            class="input"
                            name="labels"
                            value={draft.labels}
                            onInput={change("labels")}
                        />
                    )}
                </Field>
                {draft.kind === "command" && (
                    <Field label={t.add.cwd} help={t.add.cwdHelp} problem={problems.cwd}>
                        {(attributes) => (
                            <input
                                {...attributes}
                                class="input mono"
                                name="cwd"
                                value={draft.cwd}
                                onInput={change("cwd")}
                            />
                        )}
                    </Field>
                )}
            </div>
        </details>
    );
}

export function AddServer({ onClose }: { onClose: () => void }) {
    const [, go] = useLocation();
    const [draft, setDraft] = useState<Draft>(() => {
        const kind = remembered<SourceKind>("add.kind", "image");
        return { ...emptyDraft, kind: sourceKinds.includes(kind) ? kind : "image" };
    });
    const [problems, setProblems] = useState<Problems>({});
    const [failure, setFailure] = useState<Failure>();
    const [isBusy, setBusy] = useState(false);
    const change: Change = (key) => (event) => {
        setDraft({ ...draft, [key]: event.currentTarget.value });
        setProblems({ ...problems, [key]: undefined });
    };
    const choose = (kind: SourceKind) => {
        remember("add.kind", kind);
        setDraft({ ...draft, kind });
        setProblems({});
    };
    const isLookedAt = lookedAt.includes(draft.kind);
    const check = () => {
        const found = problemsOf(draft);
        setProblems(found);
        setFailure(undefined);
        return Object.keys(found).length === 0;
    };
    /** All but its name, which what is only looked at needs not. */
    const checkSource = () => {
        const { name: _, ...found } = problemsOf(draft);
        setProblems(found);
        setFailure(undefined);
        return Object.keys(found).length === 0;
    };
    const look = async () => {
        if (!checkSource()) return;
        setBusy(true);
        const body = lookOf(draft);
        const answer = await send<RegistryEntry>("POST", "/api/registry/entry", body);
        setBusy(false);
        if (!answer.ok) return setFailure(answer.failure);
        onClose();
        toSetUp.value = { template: answer.data, path: "/api/registry/deploy", body, name: draft.name.trim() };
    };
    const create = async (thenStart: boolean) => {
        if (isLookedAt) return look();
        if (!check()) return;
        setBusy(true);
        const answer = await send<Server>("POST", "/api/servers", requestOf(draft));
        setBusy(false);
        if (!answer.ok) {
            const field =
                answer.failure.status === 0
                    ? undefined
                    : fieldOfFailure(answer.failure.message, answer.failure.details);
            if (field) setProblems({ [field]: answer.failure.message });
            else setFailure(answer.failure);
            return;
        }
        know(answer.data);
        toast(answer.message ?? t.add.created(answer.data.name), "good", {
            text: t.actions.view,
            href: `/servers/${answer.data.id}`,
        });
        onClose();
        if (!thenStart) return;
        go(`/servers/${answer.data.id}`);
        await run(answer.data, "start");
    };
    return (
        <Dialog
            title={t.add.title}
            onClose={onClose}
            onSubmit={() => void create(!isLookedAt)}
            foot={
                <>
                    <button type="button" class="button" onClick={onClose}>
                        {t.common.cancel}
                    </button>
                    <button
                        type={isLookedAt ? "submit" : "button"}
                        class={isLookedAt ? "button primary" : "button"}
                        data-testid="create-server"
                        disabled={isBusy}
                        onClick={isLookedAt ? undefined : () => void create(false)}
                    >
                        {isBusy ? t.add.creating : isLookedAt ? t.add.look : t.add.create}
                    </button>
                    {!isLookedAt && (
                        <button type="submit" class="button primary" data-testid="create-and-start" disabled={isBusy}>
                            {t.add.createAndStart}
                        </button>
                    )}
                </>
            }
        >
            <Field label={t.add.name} help={t.add.nameHelp} problem={problems.name}>
                {(attributes) => (
                    <input
                        {...attributes}
                        class="input"
                        name="name"
                        data-testid="server-name"
                        value={draft.name}
                        autocomplete="off"
                        data-first
                        onInput={change("name")}
                    />
                )}
            </Field>
            <fieldset class="field">
                <legend class="label">{t.add.source}</legend>
                <div class="segmented">
                    {sourceKinds.map((kind) => (
                        <label key={kind}>
                            <input
                                type="radio"
                                name="kind"
                                value={kind}
                                checked={draft.kind === kind}
                                onChange={() => choose(kind)}
                            />
                            {t.add.kinds[kind]}
                        </label>
                    ))}
                </div>
            </fieldset>
            <div class="row small muted">
                {t.add.instead}
                <Link class="button small" href="/marketplace" onClick={onClose}>
                    {t.add.fromTemplate}
                </Link>
                <SmallButton
                    onClick={() => {
                        onClose();
                        isImporting.value = true;
                    }}
                >
                    {t.importing.title}
                </SmallButton>
            </div>
            <SourceFields draft={draft} problems={problems} change={change} />
            {asks.scripts(draft.kind) && (
                <Scripts
                    draft={draft}
                    problem={problems.scripts}
                    onPick={(scripts) => {
                        setDraft({ ...draft, scripts });
                        setProblems({ ...problems, scripts: undefined });
                    }}
                />
            )}
            {!isLookedAt && <MoreFields draft={draft} problems={problems} change={change} />}
            {draft.kind === "url" && <TestConnection draft={draft} check={checkSource} />}
            {draft.source.trim() !== "" && (
                <div class="stack tight">
                    {willRun(draft) && (
                        <>
                            <span class="small muted">{t.add.willRun}</span>
                            <pre class="code-box" data-testid="will-run">
                                {willRun(draft)}
                            </pre>
                        </>
                    )}
                    <span class="small muted">{t.add.asCommand}</span>
                    <CodeBox text={asCommand(draft)} label={t.add.asCommand} />
                </div>
            )}
            {failure && <FailureNotice failure={failure} />}
        </Dialog>
    );
}

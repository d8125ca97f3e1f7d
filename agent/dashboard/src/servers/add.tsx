// One form for every source. What was typed stays when the request fails, with the message at its field.
import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import type { Failure } from "../api/client";
import { send } from "../api/client";
import type { Server } from "../api/types";
import { know } from "../live/store";
import { CodeBox, Dialog, FailureNotice, Field } from "../parts/parts";
import { toast } from "../parts/toast";
import { remember, remembered } from "../parts/use";
import { t } from "../texts";
import { run } from "./actions";
import {
    asCommand,
    type Draft,
    emptyDraft,
    fieldOfFailure,
    type Problems,
    problemsOf,
    requestOf,
    type SourceKind,
    sourceKinds,
    willRun,
} from "./definition";

type Change = (key: keyof Draft) => (event: { currentTarget: { value: string } }) => void;

function SourceFields({ draft, problems, change }: { draft: Draft; problems: Problems; change: Change }) {
    const kind = draft.kind;
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
            {kind !== "url" && (
                <Field label={t.add.args} help={t.add.argsHelp}>
                    {(attributes) => (
                        <input
                            {...attributes}
                            class="input mono"
                            name="args"
                            value={draft.args}
                            spellcheck={false}
                            autocomplete="off"
                            onInput={change("args")}
                        />
                    )}
                </Field>
            )}
        </>
    );
}

function MoreFields({ draft, problems, change }: { draft: Draft; problems: Problems; change: Change }) {
    return (
        <details open={Boolean(problems.environment || problems.secrets || problems.labels || problems.cwd)}>
            <summary>{t.add.more}</summary>
            <div class="stack more">
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
    const [draft, setDraft] = useState<Draft>({ ...emptyDraft, kind: remembered<SourceKind>("add.kind", "image") });
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
    const create = async (thenStart: boolean) => {
        const found = problemsOf(draft);
        setProblems(found);
        setFailure(undefined);
        if (Object.keys(found).length > 0) return;
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
        toast(answer.message ?? t.add.created(answer.data.name));
        onClose();
        if (!thenStart) return;
        go(`/servers/${answer.data.id}`);
        await run(answer.data, "start");
    };
    return (
        <Dialog
            title={t.add.title}
            onClose={onClose}
            onSubmit={() => void create(false)}
            foot={
                <>
                    <button type="button" class="button" onClick={onClose}>
                        {t.common.cancel}
                    </button>
                    <button type="submit" class="button" data-testid="create-server" disabled={isBusy}>
                        {isBusy ? t.add.creating : t.add.create}
                    </button>
                    <button
                        type="button"
                        class="button primary"
                        data-testid="create-and-start"
                        disabled={isBusy}
                        onClick={() => void create(true)}
                    >
                        {t.add.createAndStart}
                    </button>
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
                    <Link class="button small" href="/marketplace" onClick={onClose}>
                        {t.add.fromTemplate}
                    </Link>
                </div>
            </fieldset>
            <SourceFields draft={draft} problems={problems} change={change} />
            <MoreFields draft={draft} problems={problems} change={change} />
            {willRun(draft) && (
                <div class="stack tight">
                    <span class="small muted">{t.add.willRun}</span>
                    <pre class="code-box" data-testid="will-run">
                        {willRun(draft)}
                    </pre>
                    <span class="small muted">{t.add.asCommand}</span>
                    <CodeBox text={asCommand(draft)} label={t.add.asCommand} />
                </div>
            )}
            {failure && <FailureNotice failure={failure} />}
        </Dialog>
    );
}

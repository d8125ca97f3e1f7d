// The form that a template or an entry of a registry is set up with: what it needs, what it may reach, what will run.
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { type Failure, send } from "../api/client";
import type { Server, TemplateParameter } from "../api/types";
import type { Choice } from "../frame/state";
import { know } from "../live/store";
import { CodeBox, Dialog, FailureNotice, Field } from "../parts/parts";
import { toast } from "../parts/toast";
import { run } from "../servers/actions";
import { quoted } from "../servers/definition";
import { t } from "../texts";
import { Facts } from "./facts";

type Values = Record<string, string>;

const takesSeveral = (each: TemplateParameter) => each.type === "paths" || each.type === "list";

/** What is deployed: nothing for a field that is empty, a list for one that takes several, a line each. */
export function givenOf(parameters: readonly TemplateParameter[], values: Values): Record<string, string | string[]> {
    const given: Record<string, string | string[]> = {};
    for (const each of parameters) {
        const value = (values[each.name] ?? "").trim();
        if (value === "") continue;
        const lines = value.split("\n").map((line) => line.trim());
        given[each.name] = takesSeveral(each) ? lines.filter(Boolean) : value;
    }
    return given;
}

export function problemsOf(parameters: readonly TemplateParameter[], values: Values): Values {
    const problems: Values = {};
    for (const each of parameters)
        if (each.required && each.default === undefined && !values[each.name]?.trim())
            problems[each.name] = t.tools.required;
    return problems;
}

interface ControlProps {
    of: TemplateParameter;
    value: string;
    onValue: (value: string) => void;
    attributes: { id: string };
}

function Control({ of, value, onValue, attributes }: ControlProps) {
    const shared = {
        ...attributes,
        class: "input",
        "data-testid": of.name.replaceAll("_", "-"),
        autocomplete: "off",
        placeholder: of.example,
        value,
        onInput: (event: { currentTarget: { value: string } }) => onValue(event.currentTarget.value),
    };
    if (takesSeveral(of)) return <textarea {...shared} rows={3} />;
    const options = of.type === "boolean" ? ["true", "false"] : of.options;
    if (!options) return <input {...shared} type={of.secret ? "password" : "text"} />;
    return (
        <select {...shared}>
            <option value="">{t.marketplace.standard}</option>
            {options.map((each) => (
                <option key={each}>{each}</option>
            ))}
        </select>
    );
}

/** The same by the command line, to copy; a secret's value is never in it. */
export function commandOf(
    choice: Choice,
    name: string,
    parameters: readonly TemplateParameter[],
    given: Record<string, string | string[]>,
): string {
    const { body, template } = choice;
    const document = body["document"] === undefined ? undefined : "server.json";
    const what =
        document ??
        body["bundle"] ??
        body["url"] ??
        (body["version"] ? `${body["id"]}@${body["version"]}` : template.id);
    const secret = new Set(parameters.filter((each) => each.secret).map((each) => each.name));
    const pairs = Object.entries(given).flatMap(([key, value]) =>
        (secret.has(key) ? ["secret:NAME"] : [value].flat()).map((each) => `${key}=${each}`),
    );
    return ["mcpm", "install", what, "--name", name.trim() || template.id, ...pairs].map(quoted).join(" ");
}

const askAfterMs = 400;

/** What would be defined, as the agent says it; nothing while something is missing. */
function WillRun({ choice, body, command }: { choice: Choice; body: Record<string, unknown>; command: string }) {
    const [planned, setPlanned] = useState<unknown>();
    const asked = JSON.stringify(body);
    // Depends on less than it reads: the text is the whole question
    useEffect(() => {
        const abort = new AbortController();
        const timer = setTimeout(async () => {
            const options = { parts: { id: choice.template.id }, signal: abort.signal };
            const answer = await send<{ definition?: unknown }>(
                "POST",
                choice.path,
                { ...body, dryRun: true },
                options,
            );
            if (!abort.signal.aborted) setPlanned(answer.ok ? (answer.data.definition ?? answer.data) : undefined);
        }, askAfterMs);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [asked]);
    return (
        <div class="stack tight">
            <span class="small muted">{t.add.willRun}</span>
            <pre class="code-box" data-testid="will-run">
                {planned === undefined ? t.marketplace.fillFirst : JSON.stringify(planned, null, 2)}
            </pre>
            <span class="small muted">{t.add.asCommand}</span>
            <CodeBox text={command} label={t.add.asCommand} />
        </div>
    );
}

export default function Deploy({ choice, onClose }: { choice: Choice; onClose: () => void }) {
    const { template, path } = choice;
    const [, go] = useLocation();
    const parameters = template.parameters ?? [];
    const [name, setName] = useState(choice.name || template.id.slice(template.id.lastIndexOf("/") + 1));
    const [values, setValues] = useState<Values>(() =>
        Object.fromEntries(
            parameters.filter((each) => each.default !== undefined).map((each) => [each.name, String(each.default)]),
        ),
    );
    const [problems, setProblems] = useState<Values>({});
    const [failure, setFailure] = useState<Failure>();
    const [isStarted, setStarted] = useState(true);
    const [isForced, setForced] = useState(false);
    const [isBusy, setBusy] = useState(false);
    const given = givenOf(parameters, values);
    const body = { ...choice.body, name, parameters: given, ...(isForced ? { force: true } : {}) };
    const submit = async () => {
        const found = problemsOf(parameters, values);
        if (!name.trim()) found[""] = t.add.nameRequired;
        setProblems(found);
        if (Object.keys(found).length > 0) return;
        setBusy(true);
        setFailure(undefined);
        const answer = await send<Server>("POST", path, body, { parts: { id: template.id } });
        setBusy(false);
        if (!answer.ok) {
            const fields = (answer.failure.details as { parameters?: Values } | undefined)?.parameters;
            if (fields) setProblems(fields);
            else setFailure(answer.failure);
            return;
        }
        know(answer.data);
        toast(answer.message ?? t.add.created(name));
        onClose();
        go(`/servers/${answer.data.id}`);
        if (!isStarted) return;
        // One that does not start is there all the same: its page says why.
        await run(answer.data, "start");
    };
    return (
        <Dialog
            title={t.marketplace.title(template.name)}
            onClose={onClose}
            onSubmit={() => void submit()}
            foot={
                <>
                    <button type="button" class="button" onClick={onClose}>
                        {t.common.cancel}
                    </button>
                    <button type="submit" class="button primary" data-testid="deploy-server" disabled={isBusy}>
                        {t.marketplace.deployServer}
                    </button>
                </>
            }
        >
            {template.description && <p>{template.description}</p>}
            <Facts of={template} />
            {template.note && <p class="muted">{template.note}</p>}
            {template.permissions && template.permissions.length > 0 && (
                <div>
                    <b>{t.marketplace.permissions}</b>
                    <ul>
                        {template.permissions.map((each) => (
                            <li key={each}>{each}</li>
                        ))}
                    </ul>
                </div>
            )}
            {template.homepage?.startsWith("https://") && (
                <a href={template.homepage} target="_blank" rel="noreferrer">
                    {t.marketplace.homepage}
                </a>
            )}
            <Field label={t.marketplace.name} problem={problems[""]}>
                {(attributes) => (
                    <input
                        {...attributes}
                        class="input"
                        data-testid="server-name"
                        value={name}
                        onInput={(event) => setName(event.currentTarget.value)}
                    />
                )}
            </Field>
            {parameters.map((each) => (
                <Field
                    key={each.name}
                    label={each.required ? `${each.name} *` : each.name}
                    help={[each.description, takesSeveral(each) && t.marketplace.severalHelp]
                        .filter(Boolean)
                        .join("; ")}
                    problem={problems[each.name]}
                >
                    {(attributes) => (
                        <Control
                            of={each}
                            attributes={attributes}
                            value={values[each.name] ?? ""}
                            onValue={(value) => setValues({ ...values, [each.name]: value })}
                        />
                    )}
                </Field>
            ))}
            <WillRun choice={choice} body={body} command={commandOf(choice, name, parameters, given)} />
            <label class="check">
                <input
                    type="checkbox"
                    checked={isStarted}
                    onChange={(event) => setStarted(event.currentTarget.checked)}
                />
                {t.marketplace.start}
            </label>
            {template.broken && (
                <label class="check">
                    <input
                        type="checkbox"
                        checked={isForced}
                        onChange={(event) => setForced(event.currentTarget.checked)}
                    />
                    {t.marketplace.force}
                </label>
            )}
            {failure && <FailureNotice failure={failure} />}
        </Dialog>
    );
}

// Templates, where the agent has them: search, category, a form of their parameters, deploy.
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { ask, type Failure, send } from "../api/client";
import type { RegistryEntry, Server, Template, TemplateParameter } from "../api/types";
import { know } from "../live/store";
import { Dialog, Empty, FailureNotice, Field, PageHead, Skeletons } from "../parts/parts";
import { toast, toastFailure } from "../parts/toast";
import { useAddress, useTitle } from "../parts/use";
import { run } from "../servers/actions";
import { t } from "../texts";
import { Registry } from "./registry";

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

/** All words must fit; who has them in its name comes first. */
export function matching(templates: readonly Template[], query: string, category: string): Template[] {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const named = (each: Template) => {
        const name = `${each.name} ${each.id}`.toLowerCase();
        return words.filter((word) => name.includes(word)).length;
    };
    return templates
        .filter((each) => {
            const text = [each.name, each.id, each.description, each.category, ...(each.tags ?? [])]
                .join(" ")
                .toLowerCase();
            return (!category || each.category === category) && words.every((word) => text.includes(word));
        })
        .sort((one, other) => named(other) - named(one));
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

/** What is set up, and where it is asked for: a template, or an entry of a registry. */
interface Choice {
    template: Template;
    path: "/api/templates/{id}/deploy" | "/api/registry/deploy";
    body: Record<string, string>;
}

function Deploy({ choice, onClose }: { choice: Choice; onClose: () => void }) {
    const { template, path, body } = choice;
    const [, go] = useLocation();
    const parameters = template.parameters ?? [];
    const [name, setName] = useState(template.id.slice(template.id.lastIndexOf("/") + 1));
    const [values, setValues] = useState<Values>(() =>
        Object.fromEntries(
            parameters.filter((each) => each.default !== undefined).map((each) => [each.name, String(each.default)]),
        ),
    );
    const [problems, setProblems] = useState<Values>({});
    const [failure, setFailure] = useState<Failure>();
    const [isStarted, setStarted] = useState(true);
    const [isBusy, setBusy] = useState(false);
    const submit = async () => {
        const found = problemsOf(parameters, values);
        if (!name.trim()) found[""] = t.add.nameRequired;
        setProblems(found);
        if (Object.keys(found).length > 0) return;
        setBusy(true);
        setFailure(undefined);
        const asked = { ...body, name, parameters: givenOf(parameters, values) };
        const answer = await send<Server>("POST", path, asked, { parts: { id: template.id } });
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
            {template.note && <p class="muted">{template.note}</p>}
            {template.permissions && (
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
            <label class="check">
                <input
                    type="checkbox"
                    checked={isStarted}
                    onChange={(event) => setStarted(event.currentTarget.checked)}
                />
                {t.marketplace.start}
            </label>
            {failure && <FailureNotice failure={failure} />}
        </Dialog>
    );
}

export default function MarketplacePage() {
    useTitle(t.nav.marketplace);
    const [address, set] = useAddress();
    const [templates, setTemplates] = useState<Template[]>();
    const [failure, setFailure] = useState<Failure>();
    const [chosen, setChosen] = useState<Choice>();
    useEffect(() => {
        void ask<Template[]>("/api/templates").then((answer) => {
            if (answer.ok) setTemplates(answer.data);
            else setFailure(answer.failure);
        });
    }, []);
    // The list has no parameters; they come with the one that is chosen.
    const choose = async (template: Template) => {
        const answer = await ask<Template>(`/api/templates/${encodeURIComponent(template.id)}`);
        if (answer.ok) setChosen({ template: answer.data, path: "/api/templates/{id}/deploy", body: {} });
        else toastFailure(answer.failure);
    };
    const chooseEntry = async (entry: RegistryEntry) => {
        const body = { id: entry.id, ...(entry.version ? { version: entry.version } : {}) };
        const answer = await send<RegistryEntry>("POST", "/api/registry/entry", body);
        if (answer.ok) setChosen({ template: answer.data, path: "/api/registry/deploy", body });
        else toastFailure(answer.failure);
    };
    const category = address.get("category") ?? "";
    const categories = [...new Set((templates ?? []).map((each) => each.category).filter(Boolean))].sort() as string[];
    const shown = matching(templates ?? [], address.get("q") ?? "", category);
    return (
        <>
            <PageHead title={t.nav.marketplace} />
            {failure && <FailureNotice failure={failure} />}
            {!templates && !failure && <Skeletons many={4} tall />}
            {templates && (
                <>
                    <div class="toolbar row" role="search">
                        <input
                            type="search"
                            class="input grow"
                            data-search
                            data-testid="search-input"
                            aria-label={t.marketplace.search}
                            placeholder={t.marketplace.search}
                            value={address.get("q") ?? ""}
                            onInput={(event) => set({ q: event.currentTarget.value })}
                        />
                        <select
                            class="input auto"
                            aria-label={t.marketplace.category}
                            value={category}
                            onChange={(event) => set({ category: event.currentTarget.value })}
                        >
                            <option value="">{t.marketplace.category}</option>
                            {categories.map((each) => (
                                <option key={each} value={each}>
                                    {each}
                                </option>
                            ))}
                        </select>
                    </div>
                    {shown.length === 0 && <Empty title={t.marketplace.empty} />}
                    <ul class="server-grid">
                        {shown.map((each) => (
                            <li key={each.id} class="card stack tight template" data-testid="template-card">
                                <h2>{each.name}</h2>
                                <p class="muted">{each.description}</p>
                                <div class="row">
                                    {each.category && <span class="badge plain">{each.category}</span>}
                                    {(each.tags ?? [])
                                        .filter((tag) => tag !== each.category)
                                        .slice(0, 5)
                                        .map((tag) => (
                                            <span key={tag} class="chip">
                                                {tag}
                                            </span>
                                        ))}
                                </div>
                                <div>
                                    <button
                                        type="button"
                                        class="button"
                                        data-testid="deploy-template"
                                        aria-label={`${t.marketplace.deploy} ${each.name}`}
                                        onClick={() => void choose(each)}
                                    >
                                        {t.marketplace.deploy}
                                    </button>
                                </div>
                            </li>
                        ))}
                    </ul>
                </>
            )}
            {templates && <Registry q={address.get("q") ?? ""} onChoose={(entry) => void chooseEntry(entry)} />}
            {chosen && <Deploy choice={chosen} onClose={() => setChosen(undefined)} />}
        </>
    );
}

// Templates, where the agent has them: search, category, a form of their parameters, deploy.
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { ask, type Failure } from "../api/client";
import type { Server, Template, TemplateParameter } from "../api/types";
import { isAdding } from "../frame/state";
import { know } from "../live/store";
import { Dialog, Empty, FailureNotice, Field, PageHead, Skeletons } from "../parts/parts";
import { toast, toastFailure } from "../parts/toast";
import { useAddress, useTitle } from "../parts/use";
import { t } from "../texts";

/** Parameters by name, however the agent lists them. */
export function parametersOf(template: Template): TemplateParameter[] {
    const said: unknown = template.parameters ?? [];
    if (Array.isArray(said)) return said as TemplateParameter[];
    return Object.entries(said as Record<string, TemplateParameter>).map(([name, each]) => ({ ...each, name }));
}

export function problemsOf(
    parameters: readonly TemplateParameter[],
    values: Record<string, string>,
): Record<string, string> {
    const problems: Record<string, string> = {};
    for (const each of parameters)
        if (each.required && each.default === undefined && !values[each.name]?.trim())
            problems[each.name] = t.tools.required;
    return problems;
}

function Deploy({ template, onClose }: { template: Template; onClose: () => void }) {
    const [, go] = useLocation();
    const parameters = parametersOf(template);
    const [name, setName] = useState(template.id);
    const [values, setValues] = useState<Record<string, string>>(() =>
        Object.fromEntries(
            parameters.filter((each) => each.default !== undefined).map((each) => [each.name, String(each.default)]),
        ),
    );
    const [problems, setProblems] = useState<Record<string, string>>({});
    const [failure, setFailure] = useState<Failure>();
    const [isBusy, setBusy] = useState(false);
    const submit = async () => {
        const found = problemsOf(parameters, values);
        if (!name.trim()) found[""] = t.add.nameRequired;
        setProblems(found);
        if (Object.keys(found).length > 0) return;
        setBusy(true);
        const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
        const answer = await ask<Server>(`/api/templates/${encodeURIComponent(template.id)}/deploy`, "POST", {
            name,
            parameters: given,
        });
        setBusy(false);
        if (!answer.ok) {
            const fields = (answer.failure.details as { parameters?: Record<string, string> } | undefined)?.parameters;
            if (fields) return setProblems(fields);
            return setFailure(answer.failure);
        }
        if (answer.data?.id) know(answer.data);
        toast(answer.message ?? t.add.created(name));
        onClose();
        if (answer.data?.id) go(`/servers/${answer.data.id}`);
        return undefined;
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
                    help={each.description}
                    problem={problems[each.name]}
                >
                    {(attributes) => (
                        <input
                            {...attributes}
                            class="input"
                            data-testid={each.name.replaceAll("_", "-")}
                            type={each.secret ? "password" : "text"}
                            autocomplete="off"
                            value={values[each.name] ?? ""}
                            onInput={(event) => setValues({ ...values, [each.name]: event.currentTarget.value })}
                        />
                    )}
                </Field>
            ))}
            {failure && <FailureNotice failure={failure} />}
        </Dialog>
    );
}

export default function MarketplacePage() {
    useTitle(t.nav.marketplace);
    const [address, set] = useAddress();
    const [templates, setTemplates] = useState<Template[]>();
    const [failure, setFailure] = useState<Failure>();
    const [chosen, setChosen] = useState<Template>();
    useEffect(() => {
        void ask<Template[] | { templates: Template[] }>("/api/templates").then((answer) => {
            if (answer.ok) setTemplates(Array.isArray(answer.data) ? answer.data : (answer.data?.templates ?? []));
            else setFailure(answer.failure);
        });
    }, []);
    // The list has no parameters; they come with the one that is chosen.
    const choose = async (template: Template) => {
        const answer = await ask<Template>(`/api/templates/${encodeURIComponent(template.id)}`);
        if (answer.ok) setChosen(answer.data);
        else toastFailure(answer.failure);
    };
    const isMissing = failure?.status === 404;
    const q = (address.get("q") ?? "").toLowerCase();
    const category = address.get("category") ?? "";
    const categories = [...new Set((templates ?? []).map((each) => each.category).filter(Boolean))].sort() as string[];
    const shown = (templates ?? []).filter(
        (each) =>
            (!category || each.category === category) &&
            `${each.name} ${each.id} ${each.description ?? ""} ${(each.tags ?? []).join(" ")}`
                .toLowerCase()
                .includes(q),
    );
    return (
        <>
            <PageHead title={t.nav.marketplace} />
            {isMissing && (
                <Empty title={t.marketplace.none}>
                    <p>{t.marketplace.noneText}</p>
                    <button
                        type="button"
                        class="button primary"
                        onClick={() => {
                            isAdding.value = true;
                        }}
                    >
                        {t.firstRun.addAction}
                    </button>
                </Empty>
            )}
            {failure && !isMissing && <FailureNotice failure={failure} />}
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
                            <li key={each.id} class="card stack tight" data-testid="template-card">
                                <h2>{each.name}</h2>
                                <p class="muted">{each.description}</p>
                                <div class="row">
                                    {each.category && <span class="badge plain">{each.category}</span>}
                                    {(each.tags ?? []).slice(0, 5).map((tag) => (
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
            {chosen && <Deploy template={chosen} onClose={() => setChosen(undefined)} />}
        </>
    );
}

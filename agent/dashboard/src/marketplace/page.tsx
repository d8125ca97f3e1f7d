// Templates, where the agent has them: search, category, and what registries offer.
import { useEffect, useState } from "preact/hooks";
import { ask, type Failure, send } from "../api/client";
import type { RegistryEntry, Template } from "../api/types";
import { toSetUp } from "../frame/state";
import { Empty, FailureNotice, PageHead, Skeletons } from "../parts/parts";
import { toastFailure } from "../parts/toast";
import { useAddress, useTitle } from "../parts/use";
import { t } from "../texts";
import { Facts } from "./facts";
import { Registry } from "./registry";

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

export default function MarketplacePage() {
    useTitle(t.nav.marketplace);
    const [address, set] = useAddress();
    const [templates, setTemplates] = useState<Template[]>();
    const [failure, setFailure] = useState<Failure>();
    useEffect(() => {
        void ask<Template[]>("/api/templates").then((answer) => {
            if (answer.ok) setTemplates(answer.data);
            else setFailure(answer.failure);
        });
    }, []);
    // The list has no parameters; they come with the one that is chosen.
    const choose = async (template: Template) => {
        const answer = await ask<Template>(`/api/templates/${encodeURIComponent(template.id)}`);
        if (answer.ok) toSetUp.value = { template: answer.data, path: "/api/templates/{id}/deploy", body: {} };
        else toastFailure(answer.failure);
    };
    const chooseEntry = async (entry: RegistryEntry) => {
        const body = { id: entry.id, ...(entry.version ? { version: entry.version } : {}) };
        const answer = await send<RegistryEntry>("POST", "/api/registry/entry", body);
        if (answer.ok) toSetUp.value = { template: answer.data, path: "/api/registry/deploy", body };
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
                                <Facts of={each} />
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
        </>
    );
}

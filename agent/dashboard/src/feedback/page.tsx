// What people said about mcpm: figures, a list that filters, an answer to each.
import { useState } from "preact/hooks";
import { type Failure, send } from "../api/client";
import type { FeedbackItem, FeedbackStats } from "../api/types";
import { isFeedbackOpen } from "../frame/state";
import { Awaiting } from "../parts/awaiting";
import { count, duration, percent } from "../parts/format";
import { Dialog, Empty, FailureNotice, Field, Foot, PageHead, Time } from "../parts/parts";
import { Segmented, Tiles } from "../parts/range";
import { SmallButton } from "../parts/small_button";
import { toast } from "../parts/toast";
import { useAddress, useRead, useTitle } from "../parts/use";
import { t } from "../texts";
import { kinds, sentCount, states } from "./state";

const badgeOf: Record<string, string> = { open: "warn", "in-progress": "info", resolved: "good", closed: "off" };

export function Stars({ rating }: { rating: number }) {
    return (
        <span class="stars" role="img" aria-label={t.feedback.stars(rating)}>
            {"★".repeat(rating)}
            {"☆".repeat(5 - rating)}
        </span>
    );
}

function Figures({ stats }: { stats: FeedbackStats }) {
    const open = (stats.byStatus["open"] ?? 0) + (stats.byStatus["in-progress"] ?? 0);
    return (
        <Tiles
            rows={[
                { value: count(stats.total), label: t.feedback.total, href: "/feedback" },
                { value: count(open), label: t.feedback.waiting, href: "/feedback?status=open" },
                { value: stats.averageRating?.toFixed(1) ?? "–", label: t.feedback.average },
                { value: percent(stats.responseRate), label: t.feedback.answeredRate },
                {
                    value: stats.resolutionTime ? duration(stats.resolutionTime.medianMs / 1000) : "–",
                    label: t.feedback.resolution,
                },
            ]}
        />
    );
}

function Answer({ item, onClose, onDone }: { item: FeedbackItem; onClose: () => void; onDone: () => void }) {
    const [status, setStatus] = useState(item.status === "open" ? "resolved" : item.status);
    const [response, setResponse] = useState(item.response ?? "");
    const [failure, setFailure] = useState<Failure>();
    const submit = async () => {
        const answer = await send<FeedbackItem & { letter?: string }>(
            "PATCH",
            "/api/feedback/{id}",
            { status, ...(response.trim() && response !== item.response ? { response } : {}) },
            { parts: { id: item.id } },
        );
        if (!answer.ok) return setFailure(answer.failure);
        toast(answer.data.letter ? t.feedback.savedLetter(answer.data.letter) : t.feedback.saved);
        onDone();
        return onClose();
    };
    return (
        <Dialog
            title={t.feedback.answerTo(item.title)}
            onClose={onClose}
            onSubmit={() => void submit()}
            foot={<Foot action={t.common.save} onClose={onClose} />}
        >
            <p class="said">{item.description}</p>
            <Field label={t.feedback.response} help={item.email ? t.feedback.goesTo(item.email) : t.feedback.noEmail}>
                {(attributes) => (
                    <textarea
                        {...attributes}
                        class="input"
                        data-first
                        value={response}
                        onInput={(event) => setResponse(event.currentTarget.value)}
                    />
                )}
            </Field>
            <Segmented
                name="status"
                label={t.feedback.status}
                options={states}
                texts={t.feedback.states}
                value={status as (typeof states)[number]}
                onPick={setStatus}
            />
            {failure && <FailureNotice failure={failure} />}
        </Dialog>
    );
}

function Item({ item, onAnswer }: { item: FeedbackItem; onAnswer: () => void }) {
    const from = [item.page ?? item.command, item.version, item.actor, item.email].filter(Boolean).join(" · ");
    return (
        <li class="card stack tight" data-testid="feedback-item">
            <div class="row spread">
                <h3>{item.title}</h3>
                <div class="row">
                    {item.rating && <Stars rating={item.rating} />}
                    <span class="badge plain">{t.feedback.types[item.type as "bug"] ?? item.type}</span>
                    <span class={`badge ${badgeOf[item.status] ?? "off"}`}>
                        {t.feedback.states[item.status as "open"] ?? item.status}
                    </span>
                </div>
            </div>
            <p class="said">{item.description}</p>
            {item.response && (
                <blockquote class="said answer">
                    {item.response}
                    <span class="small muted">
                        {t.feedback.answeredAt} <Time at={item.respondedAt} />
                    </span>
                </blockquote>
            )}
            <div class="row spread">
                <span class="small muted">
                    <Time at={item.createdAt} />
                    {from && ` · ${from}`}
                </span>
                <SmallButton onClick={onAnswer}>{item.response ? t.feedback.change : t.feedback.answer}</SmallButton>
            </div>
        </li>
    );
}

export default function FeedbackPage() {
    useTitle(t.feedback.title);
    const [address, set] = useAddress();
    const type = address.get("type") ?? "";
    const status = address.get("status") ?? "";
    const [answered, setAnswered] = useState<FeedbackItem>();
    const deps = [sentCount.value];
    const list = useRead<FeedbackItem[]>(
        "/api/feedback",
        { query: { type: type || undefined, status: status || undefined, limit: 200 } },
        deps,
    );
    const stats = useRead<FeedbackStats>("/api/feedback/stats", {}, deps);
    const give = () => {
        isFeedbackOpen.value = true;
    };
    const filters = [
        { label: t.feedback.anyType, value: type, key: "type", options: kinds, texts: t.feedback.types },
        { label: t.feedback.anyStatus, value: status, key: "status", options: states, texts: t.feedback.states },
    ] as const;
    return (
        <>
            <PageHead title={t.feedback.title}>
                <button type="button" class="button primary" onClick={give}>
                    {t.feedback.give}
                </button>
            </PageHead>
            <p class="muted small">{t.feedback.intro}</p>
            <Awaiting of={list} many={3} tall />
            {stats.data && stats.data.total > 0 && (
                <>
                    <Figures stats={stats.data} />
                    <div class="toolbar row">
                        {filters.map(({ label, value, key, options, texts }) => (
                            <select
                                key={key}
                                class="input auto"
                                aria-label={label}
                                value={value}
                                onChange={(event) => set({ [key]: event.currentTarget.value })}
                            >
                                <option value="">{label}</option>
                                {options.map((each) => (
                                    <option key={each} value={each}>
                                        {(texts as Record<string, string>)[each]}
                                    </option>
                                ))}
                            </select>
                        ))}
                    </div>
                </>
            )}
            {list.data?.length === 0 && (
                <Empty title={stats.data?.total ? t.feedback.noHits : t.feedback.none}>
                    <p>{stats.data?.total ? t.feedback.noHitsText : t.feedback.noneText}</p>
                    <button
                        type="button"
                        class="button"
                        onClick={stats.data?.total ? () => set({ type: undefined, status: undefined }) : give}
                    >
                        {stats.data?.total ? t.servers.clearFilters : t.feedback.give}
                    </button>
                </Empty>
            )}
            <ul class="stack">
                {list.data?.map((item) => (
                    <Item key={item.id} item={item} onAnswer={() => setAnswered(item)} />
                ))}
            </ul>
            {answered && (
                <Answer
                    item={answered}
                    onClose={() => setAnswered(undefined)}
                    onDone={() => {
                        sentCount.value += 1;
                    }}
                />
            )}
        </>
    );
}

// Tools against those that were approved, with what changed.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { send } from "../api/client";
import type { Approval, Server } from "../api/types";
import { DiffView } from "../parts/diff_view";
import { SmallButton } from "../parts/small_button";
import { toast, toastFailure } from "../parts/toast";
import type { Reading } from "../parts/use";
import { t } from "../texts";

const kinds = { approved: "good", changed: "warn", new: "info", gone: "off", unlawful: "bad" };

function textOf(value: unknown): string {
    return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}

export function StateBadge({ state }: { state: Approval["tools"][number]["state"] }) {
    return state === "approved" ? null : <span class={`badge ${kinds[state]}`}>{t.tools.state[state]}</span>;
}

/** What is folded is not drawn: tools are many, and each has a difference to be worked out. */
function Folded(props: { isOpen?: boolean; summary: ComponentChildren; children: ComponentChildren }) {
    const [isOpen, setOpen] = useState(props.isOpen ?? false);
    return (
        <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>{props.summary}</summary>
            {isOpen && props.children}
        </details>
    );
}

export function ApprovalNotice({ server, reading }: { server: Server; reading: Reading<Approval> }) {
    const [isBusy, setBusy] = useState(false);
    const { data } = reading;
    if (!data || data.same) return null;
    const approve = async (tools?: string[]) => {
        setBusy(true);
        const answer = await send("POST", "/api/servers/{id}/tools/approve", tools ? { tools } : {}, {
            parts: { id: server.id },
        });
        setBusy(false);
        if (answer.ok) toast(t.tools.approved);
        else toastFailure(answer.failure);
        reading.again();
    };
    const different = data.tools.filter((tool) => tool.state !== "approved");
    return (
        <section class="notice warn" aria-label={t.tools.approval}>
            <div class="row spread">
                <strong>{data.approvedAt ? t.tools.changedNotice : t.tools.neverApproved}</strong>
                <SmallButton disabled={isBusy} onClick={() => void approve()}>
                    {t.tools.approveAll}
                </SmallButton>
            </div>
            {data.hold && <span>{t.tools.held}</span>}
            <Folded isOpen={different.length <= 3} summary={t.tools.differing(different.length)}>
                {different.map((tool) => (
                    <Folded
                        key={tool.name}
                        isOpen={different.length === 1}
                        summary={
                            <>
                                {tool.name} <StateBadge state={tool.state} />
                            </>
                        }
                    >
                        <div class="stack tight">
                            {tool.changes?.map((change) => (
                                <div key={change.member}>
                                    <span class="small muted">{change.member}</span>
                                    <DiffView before={textOf(change.before)} after={textOf(change.now)} />
                                </div>
                            ))}
                            {tool.state === "unlawful" ? (
                                <p class="small">{t.tools.unlawful}</p>
                            ) : (
                                <div>
                                    <SmallButton disabled={isBusy} onClick={() => void approve([tool.name])}>
                                        {t.tools.approve}
                                    </SmallButton>
                                </div>
                            )}
                        </div>
                    </Folded>
                ))}
            </Folded>
        </section>
    );
}

// The tools of one server: list and search on the left, the chosen one's form on the right, calls below.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Path } from "../api/client";
import type { Approval, Server, Tool } from "../api/types";
import { bytes, milliseconds, tokens } from "../parts/format";
import { Empty, FailureNotice, Notice, Skeletons, Time } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { type Reading, useAddress, useRead } from "../parts/use";
import { run } from "../servers/actions";
import { canAnswer, isAsleep } from "../servers/decide";
import { t } from "../texts";
import { ApprovalNotice, StateBadge } from "./approval";
import { CallPanel } from "./call_panel";
import { CallRow } from "./call_row";
import { type Call, calls } from "./calls";
import { learnTools } from "./known";
import { CallView } from "./result";
import { keepCall, type SavedCall, SavedCalls } from "./saved";

const sizes = new WeakMap<Tool, number>();
const encoder = new TextEncoder();

/** Of what a client reads; worked out once. */
export function sizeOf(tool: Tool): number {
    let size = sizes.get(tool);
    if (size === undefined) {
        size = encoder.encode(JSON.stringify(tool)).length;
        sizes.set(tool, size);
    }
    return size;
}

/** Calls of the same tool one after another with the same outcome are one row. */
export function grouped(list: readonly Call[]): { call: Call; times: number }[] {
    const out: { call: Call; times: number }[] = [];
    for (const call of list) {
        const last = out.at(-1);
        const isSame =
            last &&
            last.call.tool === call.tool &&
            last.call.status === call.status &&
            JSON.stringify(last.call.arguments) === JSON.stringify(call.arguments);
        if (isSame) last.times += 1;
        else out.push({ call, times: 1 });
    }
    return out;
}

function History({ server, onChange }: { server: Server; onChange: (call: Call) => void }) {
    const own = calls.value.filter((call) => call.serverId === server.id);
    const [open, setOpen] = useState<number>();
    if (own.length === 0) return null;
    return (
        <section class="card stack tight">
            <h2>{t.tools.history}</h2>
            <ul class="stack tight">
                {grouped(own).map(({ call, times }) => (
                    <li key={call.id} class="stack tight">
                        <CallRow
                            server={server}
                            call={call}
                            onChange={onChange}
                            what={
                                <>
                                    <SmallButton
                                        class="quiet mono"
                                        aria-expanded={open === call.id}
                                        onClick={() => setOpen(open === call.id ? undefined : call.id)}
                                    >
                                        {call.tool}
                                        {times > 1 ? ` ×${times}` : ""}
                                    </SmallButton>
                                    {call.status !== "ok" && (
                                        <span class={`badge ${call.status === "running" ? "info" : "bad"}`}>
                                            {call.status}
                                        </span>
                                    )}
                                    <span class="small muted number">{milliseconds(call.ms)}</span>
                                    <Time at={call.at} />
                                </>
                            }
                            last={<SmallButton onClick={() => keepCall(server.id, call)}>{t.tools.keep}</SmallButton>}
                        />
                        {open === call.id && <CallView call={call} />}
                    </li>
                ))}
            </ul>
        </section>
    );
}

export function NotRunning({ server }: { server: Server }) {
    return (
        <Empty title={t.tools.stopped}>
            <p>{t.tools.stoppedText}</p>
            <button type="button" class="button primary" onClick={() => void run(server, "start")}>
                {t.actions.start}
            </button>
        </Empty>
    );
}

/** Looking at one that sleeps wakes nothing: what it offered when it last ran is asked for. */
export function keptOf(server: Server) {
    return { parts: { id: server.id }, query: { kept: isAsleep(server) ? 1 : undefined } };
}

/** Null when it sleeps and never ran. */
export function useOffered<T>(path: Path, server: Server): Reading<T[] | null> {
    return useRead<T[] | null>(path, keptOf(server), [server.status]);
}

type TabOf = (of: { server: Server }) => JSX.Element | null;

/** The tab of a server that can be asked; else what to do. */
export function whenAnswering(Tab: TabOf): TabOf {
    return function Answering({ server }) {
        if (canAnswer(server)) return <Tab server={server} />;
        return server.status === "starting" ? <Skeletons many={3} tall /> : <NotRunning server={server} />;
    };
}

export default whenAnswering(function ToolsTab({ server }: { server: Server }) {
    const [address, set] = useAddress();
    const { data, failure, again } = useOffered<Tool>("/api/servers/{id}/tools", server);
    const isUp = server.status === "running";
    const approval = useRead<Approval>("/api/servers/{id}/tools/approval", keptOf(server), [server.status]);
    const [start, setStart] = useState<{ id: number; call?: SavedCall }>({ id: 0 });
    const q = address.get("q") ?? "";
    useEffect(() => {
        if (data) learnTools(server.id, data);
    }, [data, server.id]);
    if (data === null || (failure?.code === "WRONG_STATE" && !isUp)) return <NotRunning server={server} />;
    if (failure) return <FailureNotice failure={failure} retry={again} />;
    // With what is said above them, so that nothing moves down when that comes.
    if (!data || (!approval.data && !approval.failure)) return <Skeletons many={3} tall />;
    if (data.length === 0) {
        return (
            <Empty title={t.tools.none}>
                <p>{t.tools.noneText}</p>
            </Empty>
        );
    }
    const shown = data.filter((tool) =>
        `${tool.name} ${tool.title ?? ""} ${tool.description ?? ""}`.toLowerCase().includes(q.toLowerCase()),
    );
    const chosen = data.find((tool) => tool.name === address.get("tool"));
    const states = new Map(approval.data?.tools.map((tool) => [tool.name, tool.state]));
    // As All tools counts them: the sum of each.
    const size = data.reduce((sum, tool) => sum + sizeOf(tool), 0);
    const fill = (call: SavedCall) => {
        setStart({ id: start.id + 1, call });
        set({ tool: call.tool });
    };
    return (
        <div class="stack">
            <ApprovalNotice server={server} reading={approval} />
            <p class="small muted number">{t.tools.cost(data.length, bytes(size), tokens(size))}</p>
            {!isUp && <Notice>{t.tools.asleep}</Notice>}
            <div class="split">
                <div class="stack tight">
                    <input
                        type="search"
                        class="input"
                        data-search
                        aria-label={t.tools.search}
                        placeholder={t.tools.search}
                        value={q}
                        onInput={(event) => set({ q: event.currentTarget.value })}
                    />
                    {shown.length === 0 && <p class="muted">{t.tools.noHits}</p>}
                    <ul class="pick-list">
                        {shown.map((tool) => (
                            <li key={tool.name}>
                                <button
                                    type="button"
                                    class="pick"
                                    aria-pressed={tool === chosen}
                                    onClick={() => set({ tool: tool.name })}
                                >
                                    <span class="row spread">
                                        <strong>{tool.name}</strong>
                                        {states.get(tool.name) && (
                                            <StateBadge state={states.get(tool.name) ?? "approved"} />
                                        )}
                                    </span>
                                    <span class="small muted pick-text">{tool.description}</span>
                                    <span class="small muted number">~{tokens(sizeOf(tool))} tokens</span>
                                </button>
                            </li>
                        ))}
                    </ul>
                </div>
                <div class="card">
                    {chosen ? (
                        <CallPanel
                            key={`${server.id} ${chosen.name} ${start.id}`}
                            server={server}
                            tool={chosen}
                            start={start.call?.tool === chosen.name ? start.call.arguments : undefined}
                        />
                    ) : (
                        <p class="muted">{t.tools.choose}</p>
                    )}
                </div>
            </div>
            <SavedCalls server={server} onChange={fill} />
            <History server={server} onChange={fill} />
        </div>
    );
});

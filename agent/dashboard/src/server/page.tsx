// One server: its head with what can be done, and the tab of the address.
import { useEffect, useState } from "preact/hooks";
import { useLocation, useParams } from "wouter-preact";
import { get } from "../api/client";
import type { Server } from "../api/types";
import HealthTab from "../health/tab";
import { know, loaded, mirror, servers } from "../live/store";
import LogsTab from "../logs/tab";
import { Icon } from "../parts/icon";
import { Link } from "../parts/link";
import { Empty, HealthBadge, Skeletons, StatusBadge, Time } from "../parts/parts";
import { useCurrentInSight, useTitle } from "../parts/use";
import { run } from "../servers/actions";
import { canDo, isAsleep } from "../servers/decide";
import { DeleteServer } from "../servers/page";
import { StartOrStop } from "../servers/power";
import { t } from "../texts";
import PromptsTab from "../tools/prompts_tab";
import ResourcesTab from "../tools/resources_tab";
import ToolsTab from "../tools/tab";
import TrafficTab from "../traffic/tab";
import OverviewTab from "./overview";
import SettingsTab from "./settings";

type TabName = keyof typeof t.server.tabs;
const tabs: Record<TabName, (props: { server: Server }) => preact.JSX.Element | null> = {
    overview: OverviewTab,
    logs: LogsTab,
    health: HealthTab,
    tools: ToolsTab,
    prompts: PromptsTab,
    resources: ResourcesTab,
    traffic: TrafficTab,
    settings: SettingsTab,
};

function Head({ server, onDelete }: { server: Server; onDelete: () => void }) {
    return (
        <div class="stack tight">
            <Link href="/" class="small">
                ← {t.server.back}
            </Link>
            <div class="page-head">
                <div class="stack tight grow">
                    <h1>{server.name}</h1>
                    <div class="row">
                        <StatusBadge status={server.status} asleep={isAsleep(server)} />
                        <HealthBadge health={server.healthStatus} />
                        <span class="badge plain">{server.type}</span>
                        {server.startedAt && server.status === "running" && (
                            <span class="small muted">
                                {t.servers.upSince} <Time at={server.startedAt} />
                            </span>
                        )}
                    </div>
                </div>
                <div class="row">
                    <StartOrStop server={server} place="page" />
                    <button
                        type="button"
                        class="button"
                        disabled={!canDo(server, "restart")}
                        onClick={() => void run(server, "restart")}
                    >
                        <Icon name="restart" />
                        {t.actions.restart}
                    </button>
                    <button type="button" class="button danger" data-testid="delete-server" onClick={onDelete}>
                        <Icon name="trash" />
                        {t.actions.delete}
                    </button>
                </div>
            </div>
        </div>
    );
}

/** The mirror may not have it yet, or the address has its name in place of its id. */
function useServer(id: string): { server: Server | undefined; isGone: boolean } {
    const [isGone, setGone] = useState(false);
    const server = mirror.value.get(id) ?? servers.value.find((each) => each.name === id);
    const isKnown = server !== undefined;
    useEffect(() => {
        if (isKnown || !loaded.value) return;
        let isOver = false;
        // All of them: that one is gone is no failure, and a refusal would stand in the console.
        void get<Server[]>("/api/servers").then((answer) => {
            if (isOver || !answer.ok) return;
            const found = answer.data.find((each) => each.id === id || each.name === id);
            if (found) know(found);
            else setGone(true);
        });
        return () => {
            isOver = true;
        };
    }, [id, isKnown, loaded.value]);
    return { server, isGone: isGone && !isKnown };
}

export default function ServerPage() {
    const { id = "", tab = "overview" } = useParams<{ id: string; tab?: string }>();
    const [, go] = useLocation();
    const { server, isGone } = useServer(decodeURIComponent(id));
    const [isDeleting, setDeleting] = useState(false);
    const name = (tab in tabs ? tab : "overview") as TabName;
    const line = useCurrentInSight<HTMLElement>(server ? name : "");
    useTitle(server ? `${server.name} ${t.server.tabs[name]}` : t.nav.servers);
    if (isGone) {
        return (
            <>
                <h1>{t.server.gone}</h1>
                <Empty>
                    <p data-testid="error-message">{t.server.goneText}</p>
                    <Link class="button" href="/">
                        {t.server.back}
                    </Link>
                </Empty>
            </>
        );
    }
    if (!server) return <Skeletons many={3} tall />;
    const Tab = tabs[name];
    return (
        <>
            {/* The tabs first in the document, so that the keys come to them before what ends the server. */}
            <div class="server-top">
                <nav ref={line} class="tabs" aria-label={server.name}>
                    {(Object.keys(tabs) as TabName[]).map((each) => (
                        <Link
                            key={each}
                            href={each === "overview" ? `/servers/${server.id}` : `/servers/${server.id}/${each}`}
                            aria-current={each === name ? "page" : undefined}
                            data-testid={`tab-${each}`}
                        >
                            {t.server.tabs[each]}
                        </Link>
                    ))}
                </nav>
                <Head server={server} onDelete={() => setDeleting(true)} />
            </div>
            <Tab key={server.id} server={server} />
            {isDeleting && <DeleteServer server={server} onClose={() => setDeleting(false)} onGone={() => go("/")} />}
        </>
    );
}

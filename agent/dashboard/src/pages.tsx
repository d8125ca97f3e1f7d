// The table of pages: the one place that a new page is entered (its texts and its folder are the other two).
import { type FunctionComponent, h } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { FailureNotice, Skeletons } from "./parts/parts";
import ServersPage from "./servers/page";
import { t } from "./texts";

interface PageRow {
    path: string;
    title: string;
    icon: string;
    inMenu: boolean;
    page: FunctionComponent;
}

/** A page whose code comes when it is first looked at. */
function later<P extends object>(load: () => Promise<{ default: FunctionComponent<P> }>): FunctionComponent<P> {
    let known: FunctionComponent<P> | undefined;
    return function Later(props: P) {
        const [page, setPage] = useState<{ shown: FunctionComponent<P> | undefined }>({ shown: known });
        const [hasFailed, setFailed] = useState(false);
        const fetchPage = () => {
            setFailed(false);
            load().then(
                (module) => {
                    known = module.default;
                    setPage({ shown: known });
                },
                () => setFailed(true),
            );
        };
        // Depends on less than it reads: once. Before the first picture: the code may be here already
        useLayoutEffect(() => {
            if (!known) fetchPage();
        }, []);
        if (hasFailed)
            return <FailureNotice failure={{ status: 0, code: "UNREACHABLE", message: "" }} retry={fetchPage} />;
        return page.shown ? h(page.shown, props) : <Skeletons many={3} tall />;
    };
}

export const serverPage = later(() => import("./server/page"));
export const Import = later(() => import("./servers/import"));
export const Deploy = later(() => import("./marketplace/deploy"));

export const pages: readonly PageRow[] = [
    { path: "/", title: t.nav.servers, icon: "servers", inMenu: true, page: ServersPage },
    { path: "/servers", title: t.nav.servers, icon: "servers", inMenu: false, page: ServersPage },
    { path: "/logs", title: t.nav.logs, icon: "logs", inMenu: true, page: later(() => import("./logs/page")) },
    { path: "/tools", title: t.nav.tools, icon: "tools", inMenu: true, page: later(() => import("./tools/all_page")) },
    {
        path: "/marketplace",
        title: t.nav.marketplace,
        icon: "marketplace",
        inMenu: true,
        page: later(() => import("./marketplace/page")),
    },
    {
        path: "/clients",
        title: t.nav.clients,
        icon: "clients",
        inMenu: true,
        page: later(() => import("./clients/page")),
    },
    { path: "/events", title: t.nav.events, icon: "events", inMenu: true, page: later(() => import("./events/page")) },
    { path: "/usage", title: t.nav.usage, icon: "usage", inMenu: true, page: later(() => import("./usage/page")) },
    { path: "/system", title: t.nav.system, icon: "system", inMenu: true, page: later(() => import("./system/page")) },
    {
        path: "/profiles",
        title: t.nav.profiles,
        icon: "profiles",
        inMenu: true,
        page: later(() => import("./profiles/page")),
    },
    {
        path: "/secrets",
        title: t.nav.secrets,
        icon: "secrets",
        inMenu: true,
        page: later(() => import("./secrets/page")),
    },
    {
        path: "/feedback",
        title: t.feedback.title,
        icon: "feedback",
        inMenu: true,
        page: later(() => import("./feedback/page")),
    },
    { path: "/about", title: t.nav.about, icon: "about", inMenu: true, page: later(() => import("./about/page")) },
];

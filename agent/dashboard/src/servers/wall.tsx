// A wall of squares, for many servers on a screen that hangs somewhere. Shape and letter say what the colour says.
import { useRef } from "preact/hooks";
import type { Server } from "../api/types";
import { Link } from "../parts/link";
import { memo } from "../parts/memo";
import { SmallButton } from "../parts/small_button";
import { t } from "../texts";
import { shortName } from "./decide";

export function stateLetter(server: Server): string {
    if (server.status === "error") return "!";
    if (server.healthStatus === "unhealthy") return "×";
    return server.status === "running" ? (server.healthStatus === "healthy" ? "✓" : "·") : "–";
}

/** Drawn again only when the server itself changed; figures do not concern it. */
const Square = memo(function Square({ server }: { server: Server }) {
    return (
        <li data-testid="server-card">
            <Link
                href={`/servers/${server.id}`}
                class={`square ${server.status} ${server.healthStatus}`}
                title={`${server.name}: ${server.status}, ${server.healthStatus}`}
            >
                <span aria-hidden="true">{stateLetter(server)}</span>
                <span class="square-name">{shortName(server.name)}</span>
                <span class="visually-hidden">{`${server.status}, ${server.healthStatus}`}</span>
            </Link>
        </li>
    );
});

export function Wall({ shown }: { shown: readonly Server[] }) {
    const place = useRef<HTMLUListElement>(null);
    return (
        <div class="stack tight">
            <div>
                <SmallButton onClick={() => void place.current?.requestFullscreen?.()}>
                    {t.servers.fullScreen}
                </SmallButton>
            </div>
            <ul ref={place} class="wall" data-testid="server-grid" aria-label={t.servers.views.wall}>
                {shown.map((server) => (
                    <Square key={server.id} server={server} />
                ))}
            </ul>
        </div>
    );
}

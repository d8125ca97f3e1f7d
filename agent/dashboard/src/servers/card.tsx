// One server in the grid. Drawn again only when the server itself or its mark changed; its figures are drawn by themselves,
// and only where they can be seen.
import { useRef } from "preact/hooks";
import type { Server } from "../api/types";
import { HealthBar } from "../health/bar";
import { barRange } from "../health/range";
import { trailOf } from "../live/trails";
import { bytes, count } from "../parts/format";
import { Icon } from "../parts/icon";
import { Link } from "../parts/link";
import { memo } from "../parts/memo";
import { HealthBadge, Sparkline, StatusBadge, Time } from "../parts/parts";
import { useSeen } from "../parts/seen";
import { SmallButton } from "../parts/small_button";
import { t } from "../texts";
import { run } from "./actions";
import { canDo, hasMeters, isAsleep, labelsOf, sourceOf, troubleOf } from "./decide";
import { StartOrStop } from "./power";

interface CardProps {
    server: Server;
    /** Whole, even where nobody sees it. */
    isFull: boolean;
    isSelected: boolean;
    onSelect: (id: string, yes: boolean) => void;
    onDelete: (server: Server) => void;
}

export function ServerActions({ server, onDelete }: { server: Server; onDelete: (server: Server) => void }) {
    const name = server.name;
    return (
        <div class="row card-actions">
            <StartOrStop server={server} place="list" />
            <SmallButton
                aria-label={t.actions.of("restart", name)}
                disabled={!canDo(server, "restart")}
                onClick={() => void run(server, "restart")}
            >
                <Icon name="restart" />
                <span class="wide-only">{t.actions.restart}</span>
            </SmallButton>
            <SmallButton
                class="danger"
                data-testid="delete-server"
                aria-label={t.actions.of("delete", name)}
                onClick={() => onDelete(server)}
            >
                <Icon name="trash" />
            </SmallButton>
        </div>
    );
}

function Meter({
    label,
    value,
    values,
    top,
}: {
    label: string;
    value: string;
    values: readonly number[];
    top?: number;
}) {
    return (
        <div class="meter">
            <span class="muted small">{label}</span>
            <b class="number fixed">{value}</b>
            <Sparkline values={values} label={t.servers.trend(label)} {...(top === undefined ? {} : { top })} />
        </div>
    );
}

function Meters({ id }: { id: string }) {
    const trail = trailOf(id).value;
    if (!trail) return null;
    const { now } = trail;
    return (
        <div class="meters">
            {now.memoryBytes !== undefined && (
                <Meter label={t.servers.memory} value={bytes(now.memoryBytes)} values={trail.memory} />
            )}
            {trail.cpu.length > 0 && (
                <Meter
                    label={t.servers.cpu}
                    value={`${(trail.cpu.at(-1) ?? 0).toFixed(1)} %`}
                    values={trail.cpu}
                    top={10}
                />
            )}
            <Meter label={t.servers.calls} value={count(now.calls)} values={trail.calls} top={5} />
        </div>
    );
}

function Body({ server, isSeen, onDelete }: { server: Server; isSeen: boolean; onDelete: CardProps["onDelete"] }) {
    const trouble = troubleOf(server);
    const labels = labelsOf(server);
    return (
        <>
            <div class="row">
                <StatusBadge status={server.status} asleep={isAsleep(server)} />
                <HealthBadge health={server.healthStatus} />
                <span class="badge plain">{server.type}</span>
            </div>
            <p class="mono muted source" title={sourceOf(server)}>
                {sourceOf(server)}
            </p>
            {trouble && <p class="trouble">{trouble}</p>}
            {server.status === "running" && (
                <HealthBar id={server.id} name={server.name} health={server.healthStatus} range={barRange.value} />
            )}
            {hasMeters(server) && (isSeen ? <Meters id={server.id} /> : <div class="meters" />)}
            {labels.length > 0 && (
                <div class="row">
                    {labels.map((label) => (
                        <Link key={label} class="chip" href={`/?label=${encodeURIComponent(label)}`}>
                            {label}
                        </Link>
                    ))}
                </div>
            )}
            <div class="row spread card-foot">
                <span class="small muted">
                    {server.status === "running" ? t.servers.upSince : t.servers.changed}{" "}
                    <Time at={server.status === "running" ? server.startedAt : server.updatedAt} />
                </span>
                <Link
                    class="button small quiet"
                    href={`/servers/${server.id}`}
                    data-testid="view-server"
                    aria-label={t.actions.of("view", server.name)}
                >
                    {t.actions.view}
                    <Icon name="open" />
                </Link>
            </div>
            <ServerActions server={server} onDelete={onDelete} />
        </>
    );
}

/** What is known of one that nobody sees yet: as little as finds it. */
function Outline({ server }: { server: Server }) {
    return (
        <h3>
            <Link href={`/servers/${server.id}`} class="card-link">
                {server.name}
            </Link>
        </h3>
    );
}

export const ServerCard = memo(function ServerCard({ server, isFull, isSelected, onSelect, onDelete }: CardProps) {
    const place = useRef<HTMLLIElement>(null);
    const isSeen = useSeen(place);
    const isWhole = isFull || isSeen;
    return (
        <li
            ref={place}
            class={isWhole ? "card server-card" : "card server-card outline"}
            data-testid="server-card"
            data-id={server.id}
        >
            {isWhole ? (
                <>
                    <div class="card-title">
                        <label class="check">
                            <input
                                type="checkbox"
                                checked={isSelected}
                                onChange={(event) => onSelect(server.id, event.currentTarget.checked)}
                            />
                            <span class="visually-hidden">{t.servers.select(server.name)}</span>
                        </label>
                        <div class="grow">
                            <Outline server={server} />
                        </div>
                    </div>
                    <Body server={server} isSeen={isSeen} onDelete={onDelete} />
                </>
            ) : (
                <Outline server={server} />
            )}
        </li>
    );
});

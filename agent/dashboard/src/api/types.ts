// The shapes of docs/api.md, as far as the page reads them. Everything optional there is optional here.

export type Status = "stopped" | "starting" | "running" | "stopping" | "error" | "unknown";
export type HealthStatus = "healthy" | "unhealthy" | "unknown";

export interface Exit {
    code?: number;
    signal?: number;
    oom?: boolean;
    at?: string;
}

export interface Package {
    package: string;
    version?: string;
    args?: string[];
    pin?: { version: string };
}

export interface ServerConfig {
    environment?: Record<string, string>;
    secrets?: Record<string, string>;
    cwd?: string;
    transport?: string;
    sharing?: string;
    lazy?: boolean;
    labels?: Record<string, string>;
    resources?: { memory?: string; cpus?: number };
    health?: { interval?: string; type?: string };
    enabled?: boolean;
    [key: string]: unknown;
}

export interface Server {
    id: string;
    name: string;
    type: "process" | "container" | "remote";
    status: Status;
    statusReason?: string;
    desired?: "started" | "stopped";
    healthStatus: HealthStatus;
    pid?: number;
    run?: number;
    restartCount?: number;
    lastExit?: Exit;
    nextRetryAt?: string;
    lastError?: { error: string; code: string; hint?: string };
    ownRuns?: { run: number; pid?: number; owner?: string; startedAt?: string }[];
    createdAt: string;
    updatedAt: string;
    startedAt?: string;
    command?: string;
    args?: string[];
    npm?: Package;
    pypi?: Package;
    go?: Package;
    cargo?: Package;
    mcpb?: Package;
    binary?: Package;
    image?: string;
    url?: string;
    config?: ServerConfig;
}

export interface ConnectedClient {
    id: string;
    name?: string;
    principal: string;
    protocolVersion?: string;
    transport: "http" | "stdio";
    reaches: "all" | "profile" | "server";
    server?: string;
    profile?: string;
    /** Where its newest request came from. */
    address?: string;
    lastSeenAt: string;
    openCalls: number;
}

/** An AI client of the agent's own user, by its file. */
export interface AiClient {
    name: string;
    title: string;
    file: string;
    state: "connected" | "not connected" | "no file" | "unreadable";
    /** Servers that it starts itself. */
    others?: string[];
    problem?: string;
}

export interface ImportItem {
    name: string;
    as: string;
    state: "new" | "same" | "ours" | "left out";
    file: string;
    runs: string;
    why: string;
    secrets: { name: string; set: boolean }[];
    notes: string[];
}

export interface ToolUse {
    name: string;
    calls: number;
    errors: number;
    averageMs?: number;
    p50Ms?: number;
    p95Ms?: number;
    maxMs?: number;
}

export interface Stats {
    pid?: number;
    memoryBytes?: number;
    cpuSeconds?: number;
    processes?: number;
    restarts?: number;
    log?: { lines: number; bytes: number; droppedLines: number; droppedBytes: number };
    calls?: { total: number; errors: number; inFlight: number; tools: ToolUse[] };
    history?: { range: string; step: string; points: StatsPoint[] };
}

export type Condition = "healthy" | "degraded" | "unhealthy" | "idle";

export interface Check {
    status: Condition;
    responseTime?: number;
    message?: string;
    path?: string;
    freeBytes?: number;
    totalBytes?: number;
}

export interface Pace {
    total: number;
    failed: number;
    perSecond: number;
    p50?: number;
    p95?: number;
    p99?: number;
}

export interface ErrorKind {
    type: string;
    severity: string;
    count: number;
    lastAt: string;
    last: string;
}

export interface SystemHealth {
    status: Condition;
    checkedAt: string;
    application: {
        version: string;
        pid: number;
        startedAt: string;
        uptime: number;
        memoryBytes: number;
        cpuSeconds: number;
        cpuPercent: number;
    };
    servers: {
        total: number;
        running: number;
        stopped: number;
        error: number;
        healthy: number;
        unhealthy: number;
        unknown: number;
        healthyPercent?: number;
    };
    infrastructure: Record<string, Check>;
    performance: { requests: Pace; calls: Pace };
    errors: { total: number; perMinute: number; critical: number; top: ErrorKind[] };
}

export interface UsageRow {
    server?: string;
    tool?: string;
    client?: string;
    day?: string;
    calls: number;
    errors: number;
    p50Ms?: number;
    p95Ms?: number;
    bytesIn: number;
    bytesOut: number;
    tokensIn: number;
    tokensOut: number;
}

export interface Usage {
    range: string;
    by: string;
    since?: string;
    recorded: boolean;
    total?: Omit<UsageRow, "server" | "tool" | "client" | "day">;
    clients?: number;
    lost: number;
    rows: UsageRow[];
    unusedTools: { server: string; tools: string[] }[];
    idleServers: { server: string; memoryBytes: number; advice: string }[];
}

export interface Report {
    totalUsers?: number;
    totalServers: number;
    serversCreated: number;
    serversStarted: number;
    popularTemplates: { template: string; count: number }[];
    averageSession?: number;
    calls?: number;
    errorRate?: number;
    errorsReported: number;
    featureUse: { feature: string; count: number }[];
}

export interface FeedbackItem {
    id: string;
    type: string;
    status: string;
    title: string;
    description: string;
    rating?: number;
    email?: string;
    version?: string;
    page?: string;
    command?: string;
    actor?: string;
    response?: string;
    createdAt: string;
    respondedAt?: string;
}

export interface FeedbackStats {
    total: number;
    byType: Record<string, number>;
    byStatus: Record<string, number>;
    byRating: Record<string, number>;
    averageRating?: number;
    responseRate?: number;
    resolutionTime?: { resolved: number; averageMs: number; medianMs: number };
}

export interface Channel {
    channel: string;
    to: string;
    sent: number;
    failed: number;
    dropped: number;
    waiting: number;
    lastSentAt?: string;
    lastError?: string;
}

export interface Crash {
    name: string;
    at: string;
    signal: string | number;
    version: string;
    sent: boolean;
}

export interface StatsPoint {
    at: string;
    seconds: number;
    cpuPercent?: number;
    memoryBytes: number;
    memoryMost: number;
    memoryLeast?: number;
    cpuLeast?: number;
    cpuMost?: number;
    processes: number;
    readBytes?: number;
    writtenBytes?: number;
    receivedBytes?: number;
    sentBytes?: number;
    calls: number;
    errors: number;
}

export interface Run {
    run: number;
    startedAt: string;
    readyAt?: string;
    pid?: number;
    exit?: Exit;
    stage?: string;
    reason?: string;
    command?: string;
    owner?: string;
}

export interface LogLine {
    time: string;
    stream: string;
    level?: string;
    text: string;
    sequence?: number;
    note?: boolean;
    cut?: boolean;
    run?: number;
    /** Of which server, where several logs are shown as one, and the number of its colour; the page's own. */
    from?: string;
    colour?: number;
}

export interface Why {
    server: Server;
    code?: string;
    cause?: string;
    advice?: string;
    runs: Run[];
    lastLines: LogLine[];
    inFlight: { method: string; name?: string; since?: string }[];
    notes: string[];
}

export interface AgentEvent {
    sequence: number;
    at: string;
    type: string;
    serverId?: string;
    serverName?: string;
    actor?: string;
    message: string;
    detail?: unknown;
}

export interface HealthNow {
    status: HealthStatus;
    lastCheck: string | null;
    responseTime: number | null;
    message?: string;
    uptime: number | null;
}

export interface HealthPoint {
    at: string;
    checks: number;
    failed: number;
    responseTime?: number;
    max?: number;
    min?: number;
    message?: string;
}

export interface HealthHistory {
    range: string;
    step: string;
    checks: number;
    failed: number;
    uptime?: number;
    responseTime?: { average: number; max: number; min?: number; p50?: number; p95?: number; p99?: number };
    points: HealthPoint[];
}

export interface Tool {
    name: string;
    title?: string;
    description?: string;
    inputSchema?: unknown;
    outputSchema?: unknown;
    annotations?: Record<string, unknown>;
}

export interface Prompt {
    name: string;
    title?: string;
    description?: string;
    arguments?: { name: string; description?: string; required?: boolean }[];
}

export interface Resource {
    uri: string;
    name?: string;
    description?: string;
    mimeType?: string;
    size?: number;
}

export interface Approval {
    same: boolean;
    approvedAt?: string;
    hold: boolean;
    tools: {
        name: string;
        state: "approved" | "changed" | "new" | "gone" | "unlawful";
        hash?: string;
        changes?: { member: string; before: unknown; now: unknown }[];
    }[];
}

export interface Content {
    type: string;
    text?: string;
    data?: string;
    mimeType?: string;
    uri?: string;
    name?: string;
    resource?: { uri?: string; text?: string; blob?: string; mimeType?: string };
}

export interface CallResult {
    content?: Content[];
    structuredContent?: unknown;
    isError?: boolean;
    [key: string]: unknown;
}

export interface Token {
    name: string;
    kind: "api" | "client" | "metrics";
    role?: string;
    profile?: string;
    createdAt: string;
    expiresAt?: string;
    expired?: boolean;
    lastUsedAt?: string;
    token?: string;
}

export interface Profile {
    name: string;
    description?: string;
    servers: { server: string; tools?: { allow?: string[]; deny?: string[] } }[];
    createdAt?: string;
    updatedAt?: string;
}

export interface Secret {
    name: string;
    createdAt?: string;
    updatedAt?: string;
    usedBy: string[];
    damaged?: boolean;
}

export interface Agent {
    version: string;
    pid: number;
    keeperPid?: number;
    startedAt: string;
    uptime: number;
    dataId?: string;
    socket: string;
    paths: Record<string, string>;
    servers: { total: number; running: number; error: number };
    store: string;
    notices: (string | { message?: string })[];
    memoryBytes?: number;
    cgroup?: string;
    tcp: { address: string; listening: boolean; error?: string }[];
}

export interface Session {
    signedIn: boolean;
    role?: string;
    expiresAt?: string;
    version?: string;
    agentName?: string;
    /** Where the live link begins, so that nothing is missed between what was read and what is watched. */
    live?: { seq: number; boot: string };
}

export interface TemplateParameter {
    name: string;
    type?: string;
    required?: boolean;
    secret?: boolean;
    default?: unknown;
    pattern?: string;
    description?: string;
    options?: string[];
    example?: string;
}

export interface RegistryEntry extends Template {
    from?: string;
    version?: string;
    verified?: boolean;
    updatedAt?: string;
    status?: string;
    problem?: string;
}

export interface RegistrySearch {
    entries: RegistryEntry[];
    sources: { name: string; asOf?: string; problem?: string }[];
    more: boolean;
}

export interface Template {
    id: string;
    name: string;
    description?: string;
    category?: string;
    tags?: string[];
    parameters?: TemplateParameter[];
    homepage?: string;
    permissions?: string[];
    note?: string;
    starts?: string;
    license?: string;
    replacedBy?: string;
    /** Why it does not start as it is published. */
    broken?: string;
    measured?: {
        date?: string;
        tools?: number;
        bytes?: number;
        tokens?: number;
        memoryBytes?: number;
        revision?: string;
    };
}

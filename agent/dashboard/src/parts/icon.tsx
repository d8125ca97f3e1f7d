// Line icons of one weight on a grid of 24.
const shapes: Record<string, string> = {
    add: "M12 5v14M5 12h14",
    refresh: "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
    search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM20 20l-4-4",
    play: "M7 5l12 7-12 7z",
    stop: "M6 6h12v12H6z",
    restart: "M4 12a8 8 0 1 0 3-6.2M4 4v4h4",
    trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
    open: "M9 6l6 6-6 6",
    copy: "M9 9h11v11H9zM5 15H4V4h11v1",
    close: "M6 6l12 12M18 6L6 18",
    down: "M12 5v14M6 13l6 6 6-6",
    up: "M12 19V5M6 11l6-6 6 6",
    sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19",
    servers: "M4 5h16v6H4zM4 13h16v6H4zM8 8h.01M8 16h.01",
    events: "M12 4v8l5 3M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
    system: "M3 12h4l3-8 4 16 3-8h4",
    marketplace: "M4 9l1-5h14l1 5M5 9v11h14V9M9 20v-6h6v6M4 9h16",
    logs: "M4 6h16M4 11h11M4 16h16M4 21h7",
    tools: "M14 6a4 4 0 0 0 5 5l-9 9-4-4 9-9zM14 6l4-3",
    usage: "M4 20V10M10 20V4M16 20v-7M22 20H2",
    profiles: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM2 21c0-4 3-6 7-6s7 2 7 6M16 4a4 4 0 0 1 0 7M19 15c2 1 3 3 3 6",
    secrets: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3M12 15v2",
    clients: "M8 7H5v10h3M16 7h3v10h-3M9 12h6",
    feedback: "M4 5h16v11H9l-5 4z",
    about: "M12 11v6M12 7h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
    table: "M4 5h16v14H4zM4 10h16M4 15h16M10 5v14",
    grid: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
    wall: "M4 4h4v4H4zM10 4h4v4h-4zM16 4h4v4h-4zM4 10h4v4H4zM10 10h4v4h-4zM16 10h4v4h-4zM4 16h4v4H4zM10 16h4v4h-4zM16 16h4v4h-4z",
    leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
    pause: "M8 5v14M16 5v14",
};

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: string }) {
    return (
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d={shapes[name] ?? ""} />
        </svg>
    );
}

export function Mark() {
    return (
        <svg
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            aria-hidden="true"
        >
            <path d="M12 3v5M12 16v5M4.2 7.5l4.3 2.5M15.5 14l4.3 2.5M4.2 16.5 8.5 14M15.5 10l4.3-2.5" />
            <circle cx="12" cy="12" r="3.4" fill="currentColor" />
        </svg>
    );
}

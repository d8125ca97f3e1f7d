// Which columns of a table are shown; remembered for each table. The first always is, for it names the row.
import type { ComponentChildren } from "preact";
import { t } from "../texts";
import { useRemembered } from "./use";

interface ColumnsProps {
    /** Of the table, for the browser's memory. */
    id: string;
    /** Those that can be hidden, beginning with the `from`th of the table, counted from 1. */
    names: readonly string[];
    from?: number;
    children: ComponentChildren;
}

export function Columns({ id, names, from = 2, children }: ColumnsProps) {
    const [hidden, setHidden] = useRemembered<readonly string[]>(`columns.${id}`, []);
    const classes = names.map((name, index) => (hidden.includes(name) ? `hide-${index + from}` : "")).filter(Boolean);
    return (
        <div class="stack tight">
            <details class="columns">
                <summary class="small">{t.servers.columns}</summary>
                <div class="row">
                    {names.map((name) => (
                        <label key={name} class="check">
                            <input
                                type="checkbox"
                                checked={!hidden.includes(name)}
                                onChange={() =>
                                    setHidden(
                                        hidden.includes(name)
                                            ? hidden.filter((each) => each !== name)
                                            : [...hidden, name],
                                    )
                                }
                            />
                            {name}
                        </label>
                    ))}
                </div>
            </details>
            <div class={classes.join(" ")}>{children}</div>
        </div>
    );
}

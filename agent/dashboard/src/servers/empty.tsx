// What a list without servers says: the first run teaches three steps, a filter without hits offers the way back.

import { isAdding, isImporting } from "../frame/state";
import { Link } from "../parts/link";
import { CodeBox, Empty } from "../parts/parts";
import { t } from "../texts";
import { Detected } from "./detected";

export function FirstRun() {
    return (
        <Empty title={t.firstRun.title}>
            <p>{t.firstRun.why}</p>
            <ol class="steps">
                <li>
                    <b>1</b>
                    <div class="stack tight">
                        <strong>{t.firstRun.importTitle}</strong>
                        <Detected />
                        <div class="row">
                            <button
                                type="button"
                                class="button"
                                data-testid="import-button"
                                onClick={() => {
                                    isImporting.value = true;
                                }}
                            >
                                {t.importing.title}
                            </button>
                        </div>
                        <span>{t.firstRun.importText}</span>
                        <CodeBox text="mcpm client list" label={t.firstRun.importTitle} />
                        <CodeBox text="mcpm import claude-desktop" label={t.firstRun.importTitle} />
                    </div>
                </li>
                <li>
                    <b>2</b>
                    <div class="stack tight">
                        <strong>{t.firstRun.addTitle}</strong>
                        <span>{t.firstRun.addText}</span>
                        <div class="row">
                            <AddButton />
                            <Link class="button" href="/marketplace">
                                {t.nav.marketplace}
                            </Link>
                        </div>
                    </div>
                </li>
                <li>
                    <b>3</b>
                    <div class="stack tight">
                        <strong>{t.firstRun.connectTitle}</strong>
                        <span>{t.firstRun.connectText}</span>
                        <Link class="button" href="/clients">
                            {t.nav.clients}
                        </Link>
                    </div>
                </li>
            </ol>
        </Empty>
    );
}

function AddButton() {
    return (
        <button
            type="button"
            class="button primary"
            onClick={() => {
                isAdding.value = true;
            }}
        >
            {t.firstRun.addAction}
        </button>
    );
}

/** On pages that show what servers do: there are none yet. */
export function NoServers({ text }: { text: string }) {
    return (
        <Empty title={t.firstRun.title}>
            <p>{text}</p>
            <AddButton />
        </Empty>
    );
}

export function NoHits({ onClear }: { onClear: () => void }) {
    return (
        <Empty title={t.servers.noHits}>
            <p>{t.servers.noHitsText}</p>
            <button type="button" class="button" onClick={onClear}>
                {t.servers.clearFilters}
            </button>
        </Empty>
    );
}

import { Dialog } from "../parts/parts";
import { t } from "../texts";

/** The sheet of keys. */
export function Keys({ onClose }: { onClose: () => void }) {
    return (
        <Dialog title={t.keys.title} onClose={onClose}>
            <dl class="facts">
                {t.keys.rows.map(([key, what]) => (
                    <>
                        <dt key={key}>
                            <kbd>{key}</kbd>
                        </dt>
                        <dd>{what}</dd>
                    </>
                ))}
            </dl>
        </Dialog>
    );
}

// What this is, and whose work is in it.
import { useEffect, useState } from "preact/hooks";
import { basePath } from "../api/client";
import { session } from "../live/store";
import { Mark } from "../parts/icon";
import { PageHead } from "../parts/parts";
import { useTitle } from "../parts/use";
import { t } from "../texts";

export default function AboutPage() {
    useTitle(t.nav.about);
    const [licences, setLicences] = useState("");
    useEffect(() => {
        const address = document.querySelector<HTMLLinkElement>('link[rel="license"]')?.href;
        if (address) {
            void fetch(address)
                .then((answer) => (answer.ok ? answer.text() : ""))
                .then(setLicences)
                .catch(() => undefined);
        }
    }, []);
    return (
        <>
            <PageHead title={t.nav.about} />
            <section class="card stack tight about">
                <div class="brand">
                    <Mark />
                    {t.product}
                </div>
                <p>{t.about.intro}</p>
                <p>
                    {t.about.version} {session.value?.version ?? t.about.unknown} · {t.about.licence}
                </p>
                <p>
                    <a href={`${basePath()}api/openapi.json`}>{t.about.docs}</a>
                </p>
            </section>
            <section class="card stack tight">
                <h2>{t.about.licences}</h2>
                <pre class="small licences" tabIndex={0} role="region" aria-label={t.about.licences}>
                    {licences}
                </pre>
            </section>
        </>
    );
}

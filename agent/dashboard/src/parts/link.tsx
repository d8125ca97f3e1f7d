// A link within the page. It asks for nothing and listens to nothing, so that a list may have thousands.
import type { ComponentProps } from "preact";
import { navigate } from "wouter-preact/use-browser-location";
import { basePath } from "../api/client";

function follow(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.button !== 0) return;
    if (event.defaultPrevented) return;
    event.preventDefault();
    const { pathname, search, hash } = event.currentTarget as HTMLAnchorElement;
    navigate(pathname + search + hash);
}

/** `href` begins with a slash; what the page is served below comes before it. */
export function Link({ href, onClick, ...rest }: ComponentProps<"a"> & { href: string }) {
    const go = onClick
        ? function (this: never, event: never) {
              onClick.call(this, event);
              follow(event);
          }
        : follow;
    return <a {...rest} href={basePath() + href.slice(1)} onClick={go as never} />;
}

/** For a row that opens what it names, wherever it is clicked beside what has a meaning of its own. */
export function opens(href: string) {
    return (event: MouseEvent) => {
        const isChoosing = getSelection()?.isCollapsed === false; // of text, to be copied
        if (isChoosing || (event.target as Element).closest("a,button,input,label,summary")) return;
        navigate(basePath() + href.slice(1));
    };
}

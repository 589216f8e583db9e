import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

interface LinkProps {
  /** An address from `paths`, with its query. */
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  /** Whether it leads to where the reader is. */
  readonly isHere?: boolean;
  readonly 'aria-label'?: string;
}

/**
 * A link to a page of the app. The router's own follows the address with a subscription each, and a list of offers has forty links: a slow
 * phone waits for that.
 */
export function Link({ to, isHere = false, children, ...rest }: LinkProps) {
  const router = useRouter();
  const go = useGo();
  const bring = () => void router.preloadRoute(locationOf(to)).catch(() => undefined);
  const follow = (event: MouseEvent) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a {...rest} href={to} aria-current={isHere ? 'page' : undefined} onClick={follow} onPointerEnter={bring} onFocus={bring}>
      {children}
    </a>
  );
}

/** Whether a press is to open the page here; with a key held it is the browser's affair. */
function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** Goes to a page of the app, as a link would; `replace` leaves no step back to the present one. */
export function useGo(): (to: string, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return (to, options = {}) => void navigate({ ...locationOf(to), ...options });
}

/** The query of the present address, as texts. */
export function useAddress(): Readonly<Record<string, string | undefined>> {
  return useSearch({ strict: false });
}

/** The router wants the path and the query of an address apart. */
export function locationOf(path: string): { to: string; search: Record<string, string> } {
  const [to = '/', query = ''] = path.split('?', 2);
  return { to, search: Object.fromEntries(new URLSearchParams(query)) };
}

import { Link as RouterLink, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface LinkProps {
  /** An address from `paths`, with its query. */
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  readonly isExact?: boolean;
  readonly 'aria-label'?: string;
}

/** A link to a page of the app. */
export function Link({ to, isExact = false, ...rest }: LinkProps) {
  return <RouterLink {...locationOf(to)} activeOptions={{ exact: isExact, includeSearch: false }} {...rest} />;
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

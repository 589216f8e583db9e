import { useCallback, useMemo, useState } from 'react';

import { keepDraft, readDraft, type Draft } from './draft';
import { draftName, type Wanted } from './wanted';

/** Changes a draft; what it returns is kept at once. */
export type ChangeDraft = (change: (before: Draft) => Draft) => void;

/** The draft of a trip. Each change is in the tab's storage before it is drawn. */
export function useDraft(wanted: Wanted): readonly [Draft, ChangeDraft] {
  const name = draftName(wanted);
  const begun = useMemo(() => ({ name, draft: readDraft(sessionStorage, wanted) }), [name, wanted]);
  const [held, setHeld] = useState(begun);
  const current = held.name === name ? held : begun;
  const change = useCallback<ChangeDraft>(
    (next) =>
      setHeld(() => {
        // The storage is read again: an answer may come after other changes, or for a page that was left.
        const draft = next(readDraft(sessionStorage, wanted));
        keepDraft(sessionStorage, wanted, draft);
        return { name, draft };
      }),
    [name, wanted],
  );
  return [current.draft, change];
}

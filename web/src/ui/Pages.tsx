import { Button } from './Button';
import { Actions } from './Dialog';

interface PagesProps {
  readonly page: { readonly number: number; readonly pages: number; readonly total: number };
  readonly onGo: (page: number) => void;
}

/** From one page of a list to the next; nothing when there is one alone. */
export function Pages({ page, onGo }: PagesProps) {
  if (page.pages <= 1) return null;
  return (
    <nav aria-label="Pages">
      <Actions>
        <Button isDisabled={page.number <= 1} onPress={() => onGo(page.number - 1)}>
          Before
        </Button>
        <span>
          Page {page.number} of {page.pages} · {page.total} in all
        </span>
        <Button isDisabled={page.number >= page.pages} onPress={() => onGo(page.number + 1)}>
          Next
        </Button>
      </Actions>
    </nav>
  );
}

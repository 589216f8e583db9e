import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';

import styles from './Combobox.module.css';
import ui from './ui.module.css';

export interface ComboboxItem {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
}

interface ComboboxProps {
  readonly label: string;
  readonly text: string;
  readonly items: readonly ComboboxItem[];
  readonly onType: (text: string) => void;
  readonly onChoose: (item: ComboboxItem) => void;
  readonly error?: string | undefined;
}

/** Type, and choose from what comes; the items are whatever matches the text now. */
export function Combobox({ label, text, items, onType, onChoose, error }: ComboboxProps) {
  const choose = (key: React.Key | null) => {
    const item = items.find((one) => one.id === key);
    if (item !== undefined) onChoose(item);
  };
  return (
    <ComboBox
      className={ui['field']}
      inputValue={text}
      onInputChange={onType}
      onChange={choose}
      items={items}
      allowsCustomValue
      allowsEmptyCollection
      menuTrigger="input"
      isInvalid={error !== undefined}
    >
      <Label className={ui['label']}>{label}</Label>
      <Input className={ui['input']} autoComplete="off" onFocus={(event) => event.currentTarget.select()} />
      {error === undefined ? null : <span className={ui['error']}>{error}</span>}
      <Popover className={styles['popover']}>
        <ListBox className={styles['list']} renderEmptyState={() => <p className={ui['hint']}>Nothing of that name yet</p>}>
          {(item: ComboboxItem) => (
            <ListBoxItem id={item.id} textValue={`${item.id} · ${item.label}`} className={styles['item']}>
              <strong>{item.id}</strong> <span>{item.label}</span>
              {item.hint === undefined ? null : <span className={styles['hint']}>{item.hint}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

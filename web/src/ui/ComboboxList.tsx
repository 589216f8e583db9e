import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';

import type { ComboboxItem, ComboboxProps } from './Combobox';
import styles from './Combobox.module.css';
import ui from './ui.module.css';

interface ComboboxListProps extends ComboboxProps {
  /** Whether somebody was in the field already, before there was a list. */
  readonly isEntered: boolean;
}

/** The field with its list. */
export default function ComboboxList({ label, text, items, onType, onChoose, error, isEntered }: ComboboxListProps) {
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
      // Who has typed already wants the list at once.
      menuTrigger={isEntered ? 'focus' : 'input'}
      isInvalid={error !== undefined}
    >
      <Label className={ui['label']}>{label}</Label>
      {/* eslint-disable-next-line jsx-a11y/no-autofocus -- whoever was in the plain field stays where they are */}
      <Input className={ui['input']} autoComplete="off" autoFocus={isEntered} onFocus={(event) => (isEntered ? undefined : event.currentTarget.select())} />
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

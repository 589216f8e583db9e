import { useState } from 'react';

import { Select } from '../ui/Field';
import { chooseTheme, chosenTheme, type Theme } from './theme';

export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const choose = (value: string) => {
    const next = value as Theme;
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <Select
      label="Colours"
      value={theme}
      onChange={choose}
      options={[
        { value: 'system', label: 'As the system' },
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark' },
      ]}
    />
  );
}

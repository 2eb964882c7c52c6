import {
  faultPlaceOf,
  fillSettings,
  labelsOf,
  readSettings,
  type Setting,
  type SettingKind,
  type Settings,
  type ShownForm,
  saidOf,
} from './setting.ts';

/** Draws one setting of a form. */
export function SettingField({
  id,
  setting,
  ...form
}: ShownForm & { readonly id: string; readonly setting: Setting<never> }) {
  const { label, hint, kind } = setting;
  return <kind.Field {...form} id={id} label={label[form.language]} hint={hint?.[form.language]} />;
}

/** Draws settings, one below the other. */
export function SettingFields({ settings, ...form }: ShownForm & { readonly settings: Settings }) {
  return (
    <>
      {Object.entries(settings).map(([id, setting]) => (
        <SettingField {...form} id={id} setting={setting} />
      ))}
    </>
  );
}

/** Several settings that the API takes as one, each with a field of its own. */
export function object<Value extends object>(
  members: { readonly [Name in keyof Value]: Setting<Value[Name]> },
  Field?: SettingKind<Value>['Field'],
): SettingKind<Value> {
  const settings = members as unknown as Settings;
  return {
    Field: Field ?? (({ id: _, label: __, hint: ___, ...form }) => <SettingFields {...form} settings={settings} />),
    fill: (_, value) => fillSettings(settings, value),
    read: (_, values) => readSettings(settings, values),
    labels: ({ language, values }) => labelsOf(settings, language, values),
    said: (label, language) => ({ '': { label }, ...saidOf(settings, language) }),
    place: (id, path, values) => faultPlaceOf(settings, path, values) ?? { field: id },
  };
}

/** The fields in a frame of their own, below what the hint says of all of them. */
export function framed<Value extends object>(
  members: {
    readonly [Name in keyof Value]: Setting<Value[Name]>;
  },
): SettingKind<Value> {
  const { Field: Fields, ...kind } = object<Value>(members);
  return {
    ...kind,
    Field: (field) => (
      <fieldset class="group">
        <legend>{field.label}</legend>
        {field.hint && <p>{field.hint}</p>}
        <Fields {...field} />
      </fieldset>
    ),
  };
}

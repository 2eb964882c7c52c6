/**
 * The part of the script that puts a button beside each field for a day (`DayField`), which opens the browser's own
 * calendar. Without it a day is typed. A day that is chosen is written as people write it, whatever the browser shows.
 */
export const CALENDAR_SCRIPT = `
const ICON = '<svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">' +
  '<path d="M3 5h14v12H3zM3 9h14M7 2v5M13 2v5"/></svg>';
for (const field of document.querySelectorAll('[data-calendar]')) {
  if (!('showPicker' in HTMLInputElement.prototype)) break;
  const { calendar: type, choose } = field.dataset;
  const calendar = Object.assign(document.createElement('input'), { type, tabIndex: -1, className: 'unseen' });
  calendar.setAttribute('aria-hidden', 'true');
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'plain', title: choose });
  button.setAttribute('aria-label', choose);
  button.innerHTML = ICON;
  button.addEventListener('click', () => {
    const [, day, month, year, time = '00:00'] =
      /^(\\d\\d?)\\D+(\\d\\d?)\\D+(\\d{4})(?: (\\d\\d:\\d\\d))?$/.exec(field.value) ?? [];
    const date = year && [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-');
    calendar.value = !date ? '' : type === 'date' ? date : date + 'T' + time;
    if (!calendar.isConnected) field.after(calendar);
    calendar.showPicker();
  });
  calendar.addEventListener('change', () => {
    const [date, time] = calendar.value.split('T');
    field.value = [date.split('-').reverse().join('-'), ...(time ? [time] : [])].join(' ');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  field.after(button);
}
`;

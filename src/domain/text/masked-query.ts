/** The address with `?…` in place of its query, which may hold a secret. */
export function maskQuery(address: string): string {
  const query = address.indexOf('?');
  return query < 0 ? address : `${address.slice(0, query)}?…`;
}

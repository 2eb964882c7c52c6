import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Authority } from '../../../domain/authority.ts';
import { type OptOutView, readOptOuts } from '../../../staff/opt-outs.ts';
import type { HttpEnv } from '../../env.ts';
import { page } from '../document.tsx';
import { ActionForm, Done, Empty, FilterForm } from '../elements.tsx';
import { Field, SelectField } from '../fields.tsx';
import { mayOnPage, noAuthority, type PagesDeps, readerOfPage, readFrame } from '../frame.tsx';
import { type Frame, Framed } from '../layout.tsx';
import { LAYOUT_WORDS } from '../layout-words.ts';
import { hrefOf } from '../navigation.ts';
import { RepliesNavigation } from '../replies/navigation.tsx';
import { type OptOutFault, type OptOutPlace, OptOutRow } from './opt-out-row.tsx';
import { OPT_OUT_WORDS, type OptOutWords } from './words.ts';

const MOST_SHOWN = 50;
const KINDS = ['live', 'lifted', 'all'] as const;
type Kind = (typeof KINDS)[number];

/** The part of the list that an address or a form names; what can't be one is left out. */
export function readPlace(show: string | undefined, before: string | undefined): OptOutPlace {
  const kind = KINDS.find((each) => each === show && each !== 'live');
  return { show: kind, before: z.uuid().safeParse(before).data };
}

/** `GET /admin/opt-outs`: the numbers of one authority that get no SMS, the newest first. */
export async function optOutsPage(c: Context<HttpEnv>, deps: PagesDeps, fault?: OptOutFault): Promise<Response> {
  const words = OPT_OUT_WORDS[c.var.language];
  const { frame, authority } = await readFrame(c, deps, {
    ...{ title: words.title, current: 'replies', path: '/admin/opt-outs' },
    ...(fault && { authorityId: fault.authorityId }),
  });
  if (!authority) return noAuthority(c, frame);
  const reader = readerOfPage(c, authority);
  const place = fault?.place ?? readPlace(c.req.query('show'), c.req.query('before'));
  const kind = KINDS.find((each) => each === place.show) ?? 'live';
  const before = place.before ?? null;
  const lifted = kind === 'all' ? undefined : kind === 'lifted';
  const filter = { before, lifted, limit: MOST_SHOWN + 1 };
  const limited = Boolean(reader.departments);
  const found = limited ? [] : await readOptOuts(deps, reader, authority.id, filter, deps.now());
  if (found.length === 0 && before !== null && !fault) {
    // The last one behind this place may just have been lifted; the list itself need not be empty.
    return c.redirect(hrefOf('/admin/opt-outs', authority, { show: place.show, done: c.req.query('done') }), 303);
  }
  const props = {
    ...{ frame, authority, words, kind, limited, fault, place },
    optOuts: found.slice(0, MOST_SHOWN),
    more: found.length > MOST_SHOWN,
    works: !limited && mayOnPage(c, authority, 'operator'),
    done: doneOf(words, c.req.query('done')),
  };
  return page(c, <OptOutsPage {...props} />, fault ? 422 : 200);
}

function doneOf(words: OptOutWords, done: string | undefined): string | null {
  return done === 'added' || done === 'known' || done === 'lifted' ? words.done[done] : null;
}

interface OptOutsPageProps {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: OptOutWords;
  readonly kind: Kind;
  readonly optOuts: readonly OptOutView[];
  readonly more: boolean;
  readonly place: OptOutPlace;
  /** The visitor may add and lift. */
  readonly works: boolean;
  /** The visitor sees some departments only, and so no opt-outs. */
  readonly limited: boolean;
  readonly done: string | null;
  readonly fault: OptOutFault | undefined;
}

function OptOutsPage(props: OptOutsPageProps) {
  const { frame, words, kind, optOuts, works, limited, done } = props;
  return (
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      <RepliesNavigation frame={frame} current="/admin/opt-outs" />
      <p class="lead">{words.lead}</p>
      {limited ? (
        <Empty>{words.limited}</Empty>
      ) : (
        <>
          <Done text={done} />
          {works ? <AddForm {...props} /> : <p class="lead">{words.readOnly}</p>}
          <FilterForm frame={frame} action="/admin/opt-outs" button={LAYOUT_WORDS[frame.language].show}>
            <SelectField
              id="show"
              label={words.which}
              options={KINDS.map((each) => [each, words.kinds[each]])}
              value={kind}
            />
          </FilterForm>
          {optOuts.length === 0 && <Empty>{words.none[kind]}</Empty>}
          <List {...props} />
        </>
      )}
    </Framed>
  );
}

function AddForm({ frame, words: { add }, fault }: OptOutsPageProps) {
  const adding = fault?.lifting === null ? fault : undefined;
  return (
    <details class="task" open={adding !== undefined}>
      <summary>{add.title}</summary>
      <div class="card">
        <ActionForm frame={frame} action="/admin/opt-outs">
          <Field
            {...{
              id: 'phone',
              label: add.phone,
              hint: add.phoneHint,
              faults: adding?.faults,
              type: 'tel',
              required: true,
            }}
            value={adding?.typed.phone ?? ''}
            more={{ autocomplete: 'off', maxlength: 64 }}
          />
          <Field
            {...{ id: 'reason', label: add.reason, hint: add.reasonHint, faults: adding?.faults, required: true }}
            value={adding?.typed.reason ?? ''}
            more={{ autocomplete: 'off', maxlength: 500 }}
          />
          <button type="submit">{add.button}</button>
        </ActionForm>
      </div>
    </details>
  );
}

function List({ frame, authority, words, optOuts, more, place, works, fault }: OptOutsPageProps) {
  const { show } = place;
  const last = optOuts.at(-1);
  return (
    <>
      <ul class="work">
        {optOuts.map((optOut) => (
          <OptOutRow
            {...{ optOut, frame, authority, words, works, place }}
            fault={fault?.lifting === optOut.id ? fault : undefined}
          />
        ))}
      </ul>
      <p class="pages">
        {place.before && <a href={hrefOf('/admin/opt-outs', authority, { show })}>{words.first}</a>}{' '}
        {more && last && <a href={hrefOf('/admin/opt-outs', authority, { show, before: last.id })}>{words.next}</a>}
      </p>
    </>
  );
}

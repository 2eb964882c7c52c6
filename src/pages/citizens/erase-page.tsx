import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { readAnyNumber } from '../../domain/phone.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { type ErasurePreview, eraseWithProof, markOf, previewErasure } from '../../staff/citizens/erase-citizen.ts';
import type { Frame } from '../kit/context.tsx';
import { page } from '../kit/document.tsx';
import { ActionForm } from '../kit/elements.tsx';
import { CheckField, type Faults } from '../kit/fields.tsx';
import { fieldOf } from '../kit/forms.ts';
import { noAuthority, type PagesDeps } from '../kit/frame.tsx';
import { Framed } from '../kit/layout.tsx';
import { doneHref, hrefOf } from '../kit/navigation.ts';
import { CitizensPage, NumberField, openCitizens } from './citizens-page.tsx';
import { CITIZENS_WORDS, type HeldKind } from './words.ts';

const KINDS: readonly HeldKind[] = ['appointments', 'messages', 'inbound', 'optOuts', 'patients'];
/** A keyed hash of 32 bytes. */
const readMark = z.base64url().length(43);

/** `POST /admin/citizens/erase`: says what an erasure would take, and asks for the number once more. */
export async function eraseForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const { frame, authority } = await openCitizens(c, deps, fieldOf(form, 'authority'));
  if (!authority) return noAuthority(c, frame);
  const reader = requireRight(c, deps, 'whole-administrator', authority.id);
  const { faults } = CITIZENS_WORDS[frame.language];
  const typed = fieldOf(form, 'number').trim();
  const phone = readAnyNumber(typed);
  const refused = (fault: string) =>
    page(c, <CitizensPage frame={frame} limited={false} erases erasure={{ typed, fault }} />, 422);
  if (phone === null) return refused(faults.number);
  const asked = { authorityId: authority.id, mark: markOf(deps, phone) };
  const preview = await previewErasure(deps, reader, asked, deps.now());
  if (isEmpty(preview)) return refused(faults.nothing);
  return page(c, <ConfirmPage frame={frame} preview={preview} />);
}

/** `POST /admin/citizens/erase/confirm`: erases, and leads to the receipt. */
export async function confirmEraseForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const { frame, authority } = await openCitizens(c, deps, fieldOf(form, 'authority'));
  if (!authority) return noAuthority(c, frame);
  const reader = requireRight(c, deps, 'whole-administrator', authority.id);
  const words = CITIZENS_WORDS[frame.language];
  const typed = fieldOf(form, 'number').trim();
  const phone = readAnyNumber(typed);
  const begin = (fault: string) =>
    page(c, <CitizensPage frame={frame} limited={false} erases erasure={{ typed, fault }} />, 422);
  const mark = readMark.safeParse(fieldOf(form, 'mark')).data;
  // Without the mark nobody knows what was to be erased.
  if (mark === undefined) return begin(words.faults.other);
  const preview = await previewErasure(deps, reader, { authorityId: authority.id, mark }, deps.now());
  if (isEmpty(preview)) return begin(words.faults.nothing);
  const sure = fieldOf(form, 'sure') === 'on';
  const refused = (faults: Faults) =>
    page(c, <ConfirmPage frame={frame} preview={preview} typed={typed} sure={sure} faults={faults} />, 422);
  if (phone === null) return refused({ number: words.faults.number });
  if (mark !== markOf(deps, phone)) return refused({ number: words.faults.other });
  if (!sure) return refused({ sure: words.faults.sure });
  const request = { authorityId: authority.id, phone, actor: reader.name };
  const { proof } = await eraseWithProof(deps, request, deps.now());
  return c.redirect(doneHref(`/admin/citizens/erased/${proof}`, authority, { done: 'erased' }), 303);
}

function isEmpty({ held }: ErasurePreview): boolean {
  return KINDS.every((kind) => held[kind] === 0);
}

interface ConfirmPageProps {
  readonly frame: Frame;
  readonly preview: ErasurePreview;
  readonly typed?: string;
  /** The box is ticked. */
  readonly sure?: boolean;
  readonly faults?: Faults;
}

function ConfirmPage({ frame, preview, typed = '', sure = false, faults }: ConfirmPageProps) {
  const words = CITIZENS_WORDS[frame.language];
  const { held, more, mark } = preview;
  return (
    <Framed frame={{ ...frame, title: words.confirmTitle }}>
      <h1>{words.confirmTitle}</h1>
      <section class="card part">
        <p>{words.confirmLead}</p>
        <ul>
          {KINDS.filter((kind) => held[kind] > 0).map((kind) => (
            <li>{words.counts[kind](held[kind])}</li>
          ))}
        </ul>
        {more && <p>{words.more}</p>}
        <p>{words.follows}</p>
        <ul>
          {words.whatHappens.map((sentence) => (
            <li>{sentence}</li>
          ))}
        </ul>
        <ActionForm action="/admin/citizens/erase/confirm">
          <input type="hidden" name="mark" value={mark} />
          <NumberField frame={frame} faults={faults} id="number" value={typed} label={words.again} />
          <CheckField id="sure" label={words.sure} checked={sure} faults={faults} />
          <p class="buttons">
            <button type="submit">{words.eraseNow}</button>
            <a class="button plain" href={hrefOf('/admin/citizens', frame.authority)}>
              {words.keep}
            </a>
          </p>
        </ActionForm>
      </section>
    </Framed>
  );
}

import type { Context } from 'hono';
import { makeAnotherLink } from '../../../accounts/people/invitations.ts';
import { readPerson } from '../../../accounts/people/people.ts';
import { notFound } from '../../../domain/errors.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { ActionForm } from '../../kit/elements.tsx';
import type { PagesDeps } from '../../kit/frame.tsx';
import { idInAddress } from '../ids.ts';
import { linkPage } from './list-page.tsx';
import type { PeoplePlace } from './place.tsx';
import { PEOPLE_WORDS } from './words.ts';

/** The button that makes another link for somebody who was invited. @param id of the account */
export function LinkCard({ place: { frame, path }, id }: { readonly place: PeoplePlace; readonly id: string }) {
  const words = PEOPLE_WORDS[frame.language];
  return (
    <section class="card" aria-labelledby="link-title">
      <h2 id="link-title">{words.newLink}</h2>
      <p>{words.newLinkLead}</p>
      <ActionForm action={`${path}/${id}/link`}>
        <button class="plain" type="submit">
          {words.newLink}
        </button>
      </ActionForm>
    </section>
  );
}

/** Makes another link for somebody who was invited. */
export async function linkForm(c: Context<HttpEnv>, deps: PagesDeps, place: PeoplePlace): Promise<Response> {
  const { authorityId, actor } = place;
  const { id, email, name } = await readPerson(deps, authorityId, idInAddress(c), deps.now());
  if (email === null) throw notFound('person');
  return linkPage(c, place, { email, name }, await makeAnotherLink(deps, { authorityId, id, actor }, deps.now()));
}

import type { PagesDeps } from '../kit/frame.tsx';
import type { Page } from '../kit/page.ts';
import { OPT_OUTS_PAGE } from './opt-outs-page.tsx';

/** `/admin/opt-outs`: the numbers that get no SMS. */
export const OPT_OUT_PAGES: readonly Page<PagesDeps>[] = [OPT_OUTS_PAGE];

import { Fragment, type ReactNode } from 'react';
import { pieces } from '../model/words';

/** A sentence whose ⟦names⟧ are drawn: links, stars, figures. */
export function Filled({
  sentence,
  slots,
}: {
  sentence: string;
  slots: Record<string, ReactNode>;
}) {
  return pieces(sentence).map(({ text, slot }, at) => (
    <Fragment key={at}>{slot ? slots[text] : text}</Fragment>
  ));
}

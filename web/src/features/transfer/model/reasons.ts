/** The server says in English what is wrong with a row; here is the same in Italian. */
import type { Mend } from './types';

const ITALIAN: [RegExp, string][] = [
  [/^“(.*)” is not a number$/, '«$1» non è un numero'],
  [/^“(.*)” is out of range$/, '«$1» è fuori scala'],
  [/^“(.*)” is not a half star$/, '«$1» non è un voto a mezze stelle'],
  [/^“(.*)” is not a year of release$/, '«$1» non è un anno di uscita'],
  [/^“(.*)” is not an IMDb id$/, '«$1» non è un codice IMDb'],
  [/^“(.*)” is not a date$/, '«$1» non è una data'],
  [/^“(.*)” is in the future$/, '«$1» è nel futuro'],
  [/^“(.*)” may be read in two ways$/, '«$1» si può leggere in due modi'],
  [/^“(.*)” has a year of two digits$/, '«$1» ha l’anno di due cifre'],
  [/^is empty$/, 'è vuoto'],
  [/^has (\d+) characters$/, 'ha $1 caratteri'],
  [/^has (\d+) characters; the first (\d+) are kept$/, 'ha $1 caratteri; si tengono i primi $2'],
  [/^has (\d+) cells where the header has (\d+)$/, 'ha $1 celle, l’intestazione ne ha $2'],
  [/^there is no column “(.*)”$/, 'la colonna «$1» non c’è'],
  [/^a cell of a million characters$/, 'una cella di un milione di caratteri'],
  [
    /^too many viewings or tags; the first are kept$/,
    'troppe visioni o etichette; si tengono le prime',
  ],
  [/^a number above 0 and up to (.*)$/, 'scrivi un numero sopra lo 0 e fino a $1'],
  [/^a number up to (.*)$/, 'scrivi un numero fino a $1'],
  [/^round it to a half$/, 'arrotondalo alla mezza stella'],
  [/^four digits, or nothing$/, 'scrivi quattro cifre, o niente'],
  [/^write the film's title$/, 'scrivi il titolo del film'],
  [/^write the year with four digits$/, 'scrivi l’anno con quattro cifre'],
  [
    /^put quotes around the text that holds “(.*)”$/,
    'metti tra virgolette il testo che contiene «$1»',
  ],
  [
    /^check the quotes around the lines before it$/,
    'controlla le virgolette nelle righe precedenti',
  ],
  [/^close the quotes of the text before it$/, 'chiudi le virgolette del testo che la precede'],
  [/^shorten it, or keep the rest elsewhere$/, 'accorcia il testo, o conserva il resto altrove'],
  [/^nothing to do: only films count here$/, 'non serve fare nulla: qui contano solo i film'],
  [/^such as (.*)$/, 'per esempio $1'],
  [/^one of: (.*)$/, 'uno di questi: $1'],
  [/^this file is not imported$/, 'questo file non viene importato'],
  [
    /^not about single films, or not kept here: not imported$/,
    'non parla di singoli film: non viene importato',
  ],
  [
    /^(\d+) records of series and episodes passed over: only films count$/,
    '$1 serie ed episodi lasciati da parte: contano solo i film',
  ],
  [/^This is no file that CineMatch reads\.$/, 'CineMatch non sa leggere questo file.'],
  [/^The JSON is broken or cut off\.$/, 'Il JSON è rovinato o interrotto.'],
  [
    /^Letterboxd's zip, IMDb's CSV.*export\.$/,
    'Sa leggere lo zip di Letterboxd, i CSV di IMDb, lo zip di Trakt, i voti di MovieLens, un CSV con l’intestazione e il JSON di CineMatch.',
  ],
  [
    /^The file may be cut off: download it again\.$/,
    'Forse il file è interrotto: scaricalo di nuovo.',
  ],
  [/^Choose the file as it was downloaded\.$/, 'Scegli il file così come l’hai scaricato.'],
  [/^Download the file again(, whole)?\.$/, 'Scarica di nuovo il file, intero.'],
];

export function inWords(text: string, language: string): string {
  if (language !== 'it') return text;
  const known = ITALIAN.find(([pattern]) => pattern.test(text));
  return known ? text.replace(known[0], known[1]) : text;
}

/** What is wrong, and what to do about it, each as a sentence. */
export function mendText(mend: Mend, language: string): { wrong: string; todo: string } {
  return {
    wrong: asSentence(inWords(mend.message, language)),
    todo: asSentence(inWords(mend.mend, language)),
  };
}

function asSentence(text: string): string {
  const said = text.trim();
  if (!said) return '';
  const raised = said[0]!.toUpperCase() + said.slice(1);
  return /[.!?…]$/.test(raised) ? raised : `${raised}.`;
}
